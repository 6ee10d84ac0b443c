"""What people hand in, as a tree of Nodes with places: YAML files here, Excel and forms later."""
