import CHDF5

/// How a new dataset lies in the file.
package struct Storage: Sendable {
    /// Deflate level 0 (none) to 9.
    package var deflate: Int
    /// Extent of one chunk, chosen from the shape when nil.
    package var chunk: [Int]?

    /// Chunks with shuffle, deflate and a fletcher32 checksum each.
    package init(deflate: Int = 4, chunk: [Int]? = nil) {
        self.deflate = deflate
        self.chunk = chunk
    }
}

extension Group {
    /// Adds a dataset of numbers in row-major order; `[]` as shape makes a scalar.
    ///
    /// `fill` becomes the dataset's fill value (readers of netCDF also want it as `_FillValue`).
    @discardableResult
    package func create<T: Element>(
        _ name: String, shape: [Int], values: [T], fill: T? = nil, storage: Storage = Storage()
    ) throws(HDF5Error) -> Dataset {
        precondition(
            values.count == shape.reduce(1, *), "\(values.count) values for shape \(shape)")
        let subject = node.subject(of: name)
        try requireSimple(name)
        let space = try Self.space(shape, subject)
        let creation = try Self.creationProperties(subject)
        if let fill {
            var fill = fill
            try Library.check("H5Pset_fill_value", subject) {
                H5Pset_fill_value(creation.id, T.elementType.memory, &fill)
            }
        }
        // A checksum needs chunks, and chunks need something to cut.
        if !shape.isEmpty, !values.isEmpty {
            let chunk = storage.chunk ?? Self.chunk(shape, MemoryLayout<T>.size)
            try Self.setFilters(creation.id, chunk, storage.deflate, subject)
        }
        let dataset = try makeDataset(name, T.elementType.file, space.id, creation.id)
        if !values.isEmpty {
            try Library.check("H5Dwrite", subject) {
                values.withUnsafeBytes {
                    H5Dwrite(
                        dataset.node.id, T.elementType.memory, hid_t(H5S_ALL), hid_t(H5S_ALL),
                        hid_t(H5P_DEFAULT), $0.baseAddress)
                }
            }
        }
        let path = dataset.path
        node.file.expect { back throws(HDF5Error) in
            let found = Dataset(try back.node(path))
            guard try found.shape() == shape else {
                throw ReadBack.difference("H5Dread", subject)
            }
            try ReadBack.require(try found.read(as: T.self), values, "H5Dread", subject)
        }
        return dataset
    }

    /// Adds a one-dimensional dataset of numbers.
    @discardableResult
    package func create<T: Element>(
        _ name: String, _ values: [T], fill: T? = nil, storage: Storage = Storage()
    ) throws(HDF5Error) -> Dataset {
        try create(name, shape: [values.count], values: values, fill: fill, storage: storage)
    }

    /// Adds a dataset of UTF-8 texts in row-major order, each as long as the longest, with a checksum as numbers have it; `[]`
    /// as shape makes a scalar. xarray's netcdf4 engine shows `str`, h5netcdf and h5py `bytes`.
    @discardableResult
    package func create(
        _ name: String, shape: [Int], texts: [String], storage: Storage = Storage()
    ) throws(HDF5Error) -> Dataset {
        precondition(texts.count == shape.reduce(1, *), "\(texts.count) texts for shape \(shape)")
        let subject = node.subject(of: name)
        try requireSimple(name)
        let space = try Self.space(shape, subject)
        let creation = try Self.creationProperties(subject)
        let fixed = try Transfer.fixed(texts, "H5Dwrite", subject)
        if !shape.isEmpty, !texts.isEmpty {
            let chunk = storage.chunk ?? Self.chunk(shape, fixed.width)
            try Self.setFilters(creation.id, chunk, storage.deflate, subject)
        }
        let type = try Transfer.stringType(size: fixed.width, padding: H5T_STR_NULLPAD, subject)
        let dataset = try makeDataset(name, type.id, space.id, creation.id)
        if !texts.isEmpty {
            try Library.check("H5Dwrite", subject) {
                H5Dwrite(
                    dataset.node.id, type.id, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT),
                    fixed.bytes)
            }
        }
        let path = dataset.path
        node.file.expect { back throws(HDF5Error) in
            guard try Dataset(try back.node(path)).readStrings() == texts else {
                throw ReadBack.difference("H5Dread", subject)
            }
        }
        return dataset
    }

    /// Adds a one-dimensional dataset of variable-length UTF-8 texts, the only kind that all readers
    /// show as text; no checksum covers it.
    @discardableResult
    package func create(_ name: String, strings: [String]) throws(HDF5Error) -> Dataset {
        let subject = node.subject(of: name)
        try requireSimple(name)
        let space = try Self.space([strings.count], subject)
        let creation = try Self.creationProperties(subject)
        let type = try Transfer.stringType(size: chdf5_variable_size(), subject)
        let dataset = try makeDataset(name, type.id, space.id, creation.id)
        if !strings.isEmpty {
            try Transfer.withCStrings(strings, "H5Dwrite", subject) {
                H5Dwrite(
                    dataset.node.id, type.id, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT),
                    $0)
            }
        }
        let path = dataset.path
        node.file.expect { back throws(HDF5Error) in
            guard try Dataset(try back.node(path)).readStrings() == strings else {
                throw ReadBack.difference("H5Dread", subject)
            }
        }
        return dataset
    }

    /// Chunks of at most about 1 MiB: whole rows where they fit, never more than the shape.
    static func chunk(_ shape: [Int], _ bytesPerValue: Int) -> [Int] {
        var budget = max(1, (1 << 20) / bytesPerValue)
        var chunk = shape
        for axis in shape.indices.reversed() {
            chunk[axis] = min(shape[axis], budget)
            budget = max(1, budget / max(1, shape[axis]))
        }
        return chunk
    }

    private func makeDataset(_ name: String, _ type: hid_t, _ space: hid_t, _ creation: hid_t)
        throws(HDF5Error) -> Dataset
    {
        let dataset = try Identifier("H5Dcreate2", node.subject(of: name), H5Dclose) {
            H5Dcreate2(
                node.id, name, type, space, hid_t(H5P_DEFAULT), creation, hid_t(H5P_DEFAULT))
        }
        return Dataset(Node(dataset, in: node.file, path: node.path(of: name)))
    }

    private static func space(_ shape: [Int], _ subject: String) throws(HDF5Error) -> Identifier {
        if shape.isEmpty {
            return try Identifier("H5Screate", subject, H5Sclose) { H5Screate(H5S_SCALAR) }
        }
        let extent = shape.map(hsize_t.init)
        return try Identifier("H5Screate_simple", subject, H5Sclose) {
            H5Screate_simple(CInt(extent.count), extent, nil)
        }
    }

    private static func creationProperties(_ subject: String) throws(HDF5Error) -> Identifier {
        let creation = try Identifier("H5Pcreate", subject, H5Pclose) {
            H5Pcreate(chdf5_dataset_create())
        }
        try Library.check("H5Pset_obj_track_times", subject) {
            H5Pset_obj_track_times(creation.id, false)
        }
        return creation
    }

    private static func setFilters(
        _ creation: hid_t, _ chunk: [Int], _ deflate: Int, _ subject: String
    ) throws(HDF5Error) {
        let extent = chunk.map(hsize_t.init)
        try Library.check("H5Pset_chunk", subject) {
            H5Pset_chunk(creation, CInt(extent.count), extent)
        }
        if deflate > 0 {
            try Library.check("H5Pset_shuffle", subject) { H5Pset_shuffle(creation) }
            try Library.check("H5Pset_deflate", subject) {
                H5Pset_deflate(creation, UInt32(clamping: deflate))
            }
        }
        // Last in the pipeline, so that it covers the bytes as they lie on disk.
        try Library.check("H5Pset_fletcher32", subject) { H5Pset_fletcher32(creation) }
    }
}
