// JSON for Modern C++: a document that grows, with patches and pointers into it.
// amino cc: -I include

#include "amino.hpp"
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using nlohmann::json;

class Main {
 public:
  std::string use() {
    document = json::parse(R"({"name": "Łódź \"x\"", "list": [1, 2.5, null, true, {"deep": [[]]}], "big": 18446744073709551615, "small": -1e-7})");
    json other = {{"pi", 3.141592653589793}, {"map", std::map<std::string, int>{{"a", 1}, {"b", 2}}}, {"words", std::vector<std::string>{"x", "y"}}};
    json patched = document.patch(R"([{"op": "replace", "path": "/list/1", "value": "two"}, {"op": "remove", "path": "/big"}])"_json);
    json merged = document;
    merged.merge_patch(other);
    std::string packed;
    json::to_cbor(other, packed);
    json damaged = json::parse("[1, 2", nullptr, false);
    return document.dump() + " " + other.dump(1) + " " + json::diff(document, patched).dump() + " " + merged["map"].dump() + " " +
           std::to_string(packed.size()) + " " + (json::from_cbor(packed) == other ? "same" : "other") + " " + (damaged.is_discarded() ? "damaged" : "read") +
           " " + document.value("/list/4/deep"_json_pointer, json()).dump() + " " + document.flatten().dump();
  }

  std::string go_on() {
    document["list"].push_back({{"number", document["list"].size()}});
    document["seen"][std::to_string(document["list"].size())] = document.size();
    last = &document["list"].back();
    return last->dump() + " " + document.dump();
  }

 private:
  json document;
  json *last = nullptr;
};

AMINO_OBJECT(Main, use, go_on);
