import GRDB

/// The ledger's tables. What changes in them gets a migration of its own below those that ledgers have seen.
enum LedgerSchema {
    /// Brings a ledger of any earlier version up to date, step by step.
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            // Version 0.1 made some of these tables without saying so.
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
                    INSERT OR IGNORE INTO meta VALUES ('schema', '1');
                    CREATE TABLE IF NOT EXISTS cells (
                        cell TEXT PRIMARY KEY, position INTEGER NOT NULL, label TEXT NOT NULL,
                        seed INTEGER NOT NULL);
                    CREATE TABLE IF NOT EXISTS rounds (
                        round INTEGER PRIMARY KEY AUTOINCREMENT, settings TEXT NOT NULL,
                        number INTEGER NOT NULL, kind TEXT NOT NULL, cells INTEGER NOT NULL,
                        made_at TEXT NOT NULL);
                    CREATE TABLE IF NOT EXISTS round_cells (
                        round INTEGER NOT NULL, place INTEGER NOT NULL, cell TEXT NOT NULL, inferred TEXT,
                        PRIMARY KEY (round, place));
                    CREATE TABLE IF NOT EXISTS attempts (
                        cell TEXT NOT NULL, attempt INTEGER NOT NULL, worker TEXT NOT NULL,
                        slot INTEGER NOT NULL, incarnation TEXT NOT NULL, host TEXT NOT NULL,
                        pid INTEGER NOT NULL, stamp TEXT NOT NULL, leased_at TEXT NOT NULL, ended_at TEXT,
                        outcome TEXT, reason TEXT, PRIMARY KEY (cell, attempt));
                    CREATE TABLE IF NOT EXISTS results (
                        cell TEXT PRIMARY KEY, attempt INTEGER NOT NULL, sha256 TEXT NOT NULL,
                        size INTEGER NOT NULL, stored_at TEXT NOT NULL, summary TEXT NOT NULL);
                    CREATE TABLE IF NOT EXISTS intake (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, cell TEXT NOT NULL, bytes BLOB NOT NULL);
                    CREATE TABLE IF NOT EXISTS checkpoints (
                        cell TEXT PRIMARY KEY, attempt INTEGER NOT NULL, step INTEGER NOT NULL,
                        size INTEGER NOT NULL, sha256 TEXT NOT NULL, engine TEXT NOT NULL,
                        blas_core TEXT NOT NULL, stored_at TEXT NOT NULL);
                    CREATE TABLE IF NOT EXISTS failures (
                        cell TEXT PRIMARY KEY, reason TEXT NOT NULL, failed_at TEXT NOT NULL);
                    CREATE TABLE IF NOT EXISTS workers (
                        worker TEXT NOT NULL, slot INTEGER NOT NULL, incarnation TEXT NOT NULL,
                        host TEXT NOT NULL, pid INTEGER NOT NULL, blas_core TEXT NOT NULL,
                        first_seen TEXT NOT NULL, PRIMARY KEY (worker, slot, incarnation));
                    CREATE TABLE IF NOT EXISTS keys (worker TEXT PRIMARY KEY, name TEXT NOT NULL);
                    CREATE TABLE IF NOT EXISTS allocations (
                        launcher TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
                        slots INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (launcher, name));
                    CREATE TABLE IF NOT EXISTS events (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL,
                        subject TEXT NOT NULL, text TEXT NOT NULL);
                    """)
        }
        return migrator
    }()

    /// A column that is not there, as `table.column`: a bit that flips in the text a table is made from leaves a database which
    /// SQLite calls sound, of other tables. Nil where all are there.
    static func missingColumn(_ db: Database) throws -> String? {
        let fresh = try DatabaseQueue()
        try migrator.migrate(fresh)
        return try fresh.read(columns).subtracting(columns(db)).min()
    }

    private static func columns(_ db: Database) throws -> Set<String> {
        try String.fetchSet(
            db,
            sql: """
                SELECT made.name || '.' || part.name
                FROM sqlite_schema AS made JOIN pragma_table_info(made.name) AS part
                WHERE made.type = 'table'
                """)
    }
}
