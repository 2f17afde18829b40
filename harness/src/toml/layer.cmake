# Sources of the layer `toml`. Its headers are the library's own: nothing is installed.
target_sources(exo_harness PRIVATE src/toml/toml_table.cc)
