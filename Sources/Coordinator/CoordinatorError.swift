import System

/// Something the coordinator could not do.
typealias CoordinatorError = SystemError
