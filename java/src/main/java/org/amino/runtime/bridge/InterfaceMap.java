package org.amino.runtime.bridge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.InterfaceDescription;

/** An interface as the Python half gets it. */
final class InterfaceMap {
  private InterfaceMap() {}

  static Map<String, Object> of(InterfaceDescription description) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("class", description.name());
    map.put("constructor", Map.of("parameters", List.copyOf(description.constructorParameters())));
    List<Object> members = new ArrayList<>();
    for (InterfaceDescription.Member member : description.members()) {
      members.add(of(member));
    }
    map.put("members", members);
    map.put("doc", description.doc());
    map.put("warnings", List.copyOf(description.warnings()));
    return map;
  }

  private static Map<String, Object> of(InterfaceDescription.Member member) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", member.name());
    map.put("arity", member.arity());
    map.put("required", member.required());
    map.put("doc", member.doc());
    map.put("read_only", member.readOnly());
    map.put("parameters", List.copyOf(member.parameters()));
    map.put("property", member.property());
    return map;
  }
}
