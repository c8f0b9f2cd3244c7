import TestSupport
import Testing

/// The built programs, on real processes, sockets, files and training. One test at a time: each starts processes for
/// both cores, and reading results uses HDF5.
@Suite(.serialized, .exclusiveHDF5) enum EndToEnd {}
