import ArgumentParser
import Core
import System
import ZeroMQ

/// `grokmap keys`: says which workers of other machines are let in.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Say which workers of other machines are let in.",
        discussion: """
            A coordinator that listens beyond its own machine (--bind) encrypts every connection \
            and lets in only workers whose public key is on its list.
            """, subcommands: [Create.self, Invite.self, List.self, Authorise.self, Revoke.self])

    /// Where the keys are.
    struct RingOptions: ParsableArguments {
        @Option(help: "The directory of the keys.")
        var keys = "keys"

        /// The ring there.
        var ring: KeyRing { KeyRing(keys) }
    }

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key pair for a worker and let it in.")

        @Argument(help: "A name for the worker or node.")
        var name: String

        @OptionGroup var options: RingOptions

        func run() throws {
            let server = try options.ring.coordinatorKeys().publicKey.z85
            let file = try options.ring.create(name)
            Screen.write("move \(file) to the node, then start there:\n")
            StandardOutput.data(
                "grokmap-worker --connect tcp://HOST:PORT --key \(name).key --server-key '\(server)'"
            )
        }
    }

    struct Invite: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a worker in and print one line that is all it needs to join.",
            discussion: """
                The line holds the worker's secret key: hand it over as you would a password, for \
                instance ssh NODE grokmap-worker --join - <<< LINE.
                """)

        @Argument(help: "A name for the worker or node.")
        var name: String

        @Option(help: "Where the worker reaches the coordinator: tcp://HOST:PORT.")
        var connect: String

        @OptionGroup var options: RingOptions

        func run() throws {
            let token = try options.ring.invite(name, to: connect)
            Screen.write("start there: grokmap-worker --join FILE, the file holding this line\n")
            StandardOutput.data(token.text)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List who is let in.")

        @OptionGroup var options: RingOptions

        func run() throws {
            for entry in try options.ring.entries() {
                StandardOutput.data("\(entry.name) \(entry.key.z85)")
            }
        }
    }

    struct Authorise: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let in a worker whose key pair was made elsewhere.")

        @Argument(help: "A name for the worker or node.")
        var name: String

        @Argument(help: "Its public key in Z85.")
        var key: String

        @OptionGroup var options: RingOptions

        func run() throws {
            guard let key = CurveKey(z85: key) else {
                throw CoordinatorError("authorise", name, "not a key of 40 characters in Z85")
            }
            try options.ring.authorise(name, key)
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a worker in no more.",
            discussion: """
                A running coordinator learns of it within seconds and turns the worker away; \
                what it was training goes to others.
                """)

        @Argument(help: "The worker's name.")
        var name: String

        @OptionGroup var options: RingOptions

        func run() throws { try options.ring.revoke(name) }
    }
}
