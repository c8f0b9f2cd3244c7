import CHDF5
import Testing

@testable import HDF5

extension HDF5Suite {
    @Suite("Shims")
    struct ShimTests {
        @Test("every type getter names a different open type of the size it promises")
        func types() {
            let types: [(hid_t, Int)] = [
                (chdf5_native_float(), 4), (chdf5_native_double(), 8), (chdf5_native_int8(), 1),
                (chdf5_native_uint8(), 1), (chdf5_native_int32(), 4), (chdf5_native_int64(), 8),
                (chdf5_file_float(), 4), (chdf5_file_double(), 8), (chdf5_file_int8(), 1),
                (chdf5_file_uint8(), 1), (chdf5_file_int32(), 4), (chdf5_file_int64(), 8),
                (chdf5_c_string(), 1),
            ]
            for (type, size) in types { #expect(H5Tget_size(type) == size) }
            #expect(Set(types.map(\.0)).count == types.count)
        }

        @Test("flags and sizes have the values of the HDF5 1.10 headers")
        func flags() {
            #expect(chdf5_read_only() == 0)
            #expect(chdf5_exclusive() == 4)
            #expect(chdf5_objects_of_this_handle() == 0x3f)
            #expect(chdf5_all_objects() == 0x1f)
            #expect(chdf5_variable_size() == Int(bitPattern: UInt.max))
        }

        @Test("every property list class can make a list")
        func propertyLists() {
            let classes = [
                chdf5_file_access(), chdf5_file_create(), chdf5_group_create(),
                chdf5_dataset_create(),
            ]
            #expect(Set(classes).count == classes.count)
            for kind in classes {
                let list = H5Pcreate(kind)
                #expect(list >= 0)
                #expect(H5Pisa_class(list, kind) > 0)
                #expect(H5Pclose(list) >= 0)
            }
        }
    }
}
