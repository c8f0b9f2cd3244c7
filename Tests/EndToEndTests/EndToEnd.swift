import Testing

/// The built programs, on real processes, sockets, files and training; `make test` runs them after all other tests, when
/// nothing else needs the processors.
@Suite enum EndToEnd {}
