import HDF5

/// Datasets in the form that netCDF readers want: named axes, units and a description on each.
extension Group {
    /// Adds the coordinate of a dimension named after it.
    func createScale<T: Element>(
        _ name: String, _ values: [T], _ longName: String, units: String = "1"
    ) throws(HDF5Error) -> Dataset {
        let scale = try create(name, values)
        try scale.makeScale(name)
        try scale.describe(longName, units: units)
        return scale
    }

    /// Adds the coordinate of a dimension whose places have names.
    func createScale(
        _ name: String, _ labels: [String], _ longName: String
    ) throws(HDF5Error) -> Dataset {
        let scale = try create(name, strings: labels)
        try scale.makeScale(name)
        try scale.attributes.set("long_name", longName)
        return scale
    }

    /// Adds the coordinate of a dimension that is only counted: 0, 1, 2, …
    func createIndex(
        _ name: String, _ count: Int, _ longName: String
    ) throws(HDF5Error) -> Dataset {
        try createScale(name, (0..<count).map(Int64.init), longName)
    }

    /// Adds an array whose axes run along the given scales.
    @discardableResult
    func createVariable<T: Element>(
        _ name: String, shape: [Int], _ values: [T], _ longName: String, units: String = "1",
        fill: T? = nil, _ scales: [Dataset]
    ) throws(HDF5Error) -> Dataset {
        precondition(scales.count == shape.count)
        let dataset = try create(name, shape: shape, values: values, fill: fill)
        try dataset.describe(longName, units: units)
        if let fill { try dataset.attributes.set("_FillValue", fill) }
        for (axis, scale) in scales.enumerated() { try dataset.attach(scale, axis: axis) }
        return dataset
    }

    /// Adds an array of texts whose axes run along the given scales.
    @discardableResult
    func createText(
        _ name: String, shape: [Int], _ texts: [String], _ longName: String, _ scales: [Dataset]
    ) throws(HDF5Error) -> Dataset {
        precondition(scales.count == shape.count)
        let dataset = try create(name, shape: shape, texts: texts)
        try dataset.describe(longName, units: "1")
        for (axis, scale) in scales.enumerated() { try dataset.attach(scale, axis: axis) }
        return dataset
    }
}

extension Dataset {
    fileprivate func describe(_ longName: String, units: String) throws(HDF5Error) {
        try attributes.set("long_name", longName)
        try attributes.set("units", units)
    }
}
