# Sources, public headers and tests of the layer `cluster`.
