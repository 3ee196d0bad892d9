"""Generated from `store/proto/` by `tools/generate_protobuf.py`. Not edited by hand."""
