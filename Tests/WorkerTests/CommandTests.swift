import Core
import Testing

@testable import Worker

@Suite struct CellRequestTests {
    private func failure(
        _ text: String, rule: String? = nil, stop: String = "decided"
    ) -> String? {
        do {
            let stop = try #require(StopPolicy(rawValue: stop))
            _ = try CellRequest(text: text, name: "cell.json", rule: rule, stop: stop)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("a configuration with seed and record becomes a job under the rule asked for")
    func complete() throws {
        let text = """
            {"task": {"symbols": 6}, "seed": 3,
             "record": {"measures": ["rqi"], "parameters": [0, "last"]}}
            """
        let job = try CellRequest(text: text, name: "c", rule: "gap=5", stop: .budget).job
        #expect(job.definition.seed == 3 && job.definition.configuration.task.symbols?.count == 6)
        #expect(job.record == RecordRequest(measures: [.rqi], parameters: [.step(0), .last]))
        #expect(job.rule.gap == 5 && job.stop == .budget)
        #expect(job.attempt == AttemptID(cell: job.definition.id, attempt: 1))
    }

    @Test("YAML does as well, and everything has a default")
    func yaml() throws {
        let job = try CellRequest(
            text: "steps: 10\n", name: "c", rule: nil, stop: .decided
        ).job
        #expect(job.definition.configuration.steps == 10 && job.rule == PhaseRule())
    }

    @Test("errors name file, line, key and the nearest known key")
    func messages() {
        #expect(
            failure("{\n\"task\": {\"symbls\": 6}}")
                == "read cell: cell.json:2: task.symbls: unknown key (hint: did you mean symbols?)")
        #expect(
            failure("{\"steps\": 0}")
                == "read cell: cell.json:1: steps: 0 is out of range: must be at least 1")
        #expect(failure("") == "read cell: cell.json: the file is empty")
        #expect(
            failure("{\"sed\": 1}")
                == "read cell: cell.json:1: sed: unknown key (hint: did you mean seed?)")
        #expect(
            failure("{}", rule: "gapp=5")
                == "--rule: gapp=5: phase_rule.gapp: unknown key (hint: did you mean gap?)")
        let clocks = "record: {clocks: [{sustain: 3}]}"
        #expect(failure(clocks) == nil)
        #expect(
            failure(clocks, rule: "sustain=3")?
                .contains("is that of the phase rule, which is read anyhow") == true)
        #expect(
            failure("{}", stop: "slingshots@400>0.5")
                == "--stop: slingshots@400>0.5: slingshots is computed from a measure that is not "
                + "recorded (hint: add last_layer_norm to record: {measures: …})")
        #expect(
            failure("record: {measures: [last_layer_norm]}", stop: "slingshots@400>0.5") == nil)
    }
}

@Suite struct TrainingJobTests {
    @Test("a lease of this build's cell is a job")
    func good() throws {
        let lease = try Samples.lease(4)
        let job = try TrainingJob(lease, sweep: "s")
        #expect(job.definition == (try Samples.definition(seed: 4)) && job.sweep == "s")
    }

    @Test("a lease that hashes to its cell but is of another science version is refused")
    func otherVersion() throws {
        var lease = try Samples.lease()
        lease.definition = lease.definition.replacing(
            "\"science_version\":1", with: "\"science_version\":999")
        lease.attempt.cell = CellID(canonicalConfiguration: lease.definition)
        #expect {
            try TrainingJob(lease, sweep: "s")
        } throws: { error in
            "\(error)".contains("science_version: 999 is not the version")
        }
    }

    @Test("a lease of a cell that an earlier version trained otherwise is refused")
    func earlierVersion() throws {
        var lease = try Samples.lease()
        lease.definition = try CellDefinition(parsing: "perturbation: {lambda2: 1}").canonicalText
            .replacing("\"science_version\":2", with: "\"science_version\":1")
        lease.attempt.cell = CellID(canonicalConfiguration: lease.definition)
        #expect {
            try TrainingJob(lease, sweep: "s")
        } throws: { error in
            "\(error)".contains("science version 1 trained such a cell otherwise than version 2")
        }
    }

    @Test("a lease that this build would read as another cell is refused")
    func notCanonical() throws {
        var lease = try Samples.lease()
        lease.definition = "{\"steps\": 300}"
        lease.attempt.cell = CellID(canonicalConfiguration: lease.definition)
        #expect {
            try TrainingJob(lease, sweep: "s")
        } throws: { error in
            "\(error)".contains("this build reads the definition as another cell")
        }
    }
}

@Suite struct ProgressMeterTests {
    @Test(
        "a line tells step, speed, time left and accuracies",
        arguments: [
            (
                500, 1.0,
                "step 500 of 1500, 500 steps/s, at most 2 s left, train 0.50, validation 0.25"
            ),
            (1, 10.0, "step 1 of 1500, 0 steps/s, at most 5 h left, train 0.50, validation 0.25"),
            (0, 0.0, "step 0 of 1500, 0 steps/s, at most 0 s left, train 0.50, validation 0.25"),
        ])
    func line(_ step: Int, _ seconds: Double, _ expected: String) {
        #expect(
            ProgressMeter.line(
                step: step, budget: 1500, seconds: seconds, train: 0.5, validation: 0.25)
                == expected)
    }
}

@Suite struct BenchmarkTests {
    private let sample = Benchmark(
        cell: "toy", stepsPerSecond: 8000, flopsPerStep: 1.25e7, sgemmGflops: 200,
        sgemmShare: 0.5, blasCore: "Haswell", kernelSet: "avx512", workspaceBytes: 1_250_000,
        peakRSSBytes: 41_000_000)

    @Test("JSON has exactly the documented keys")
    func json() {
        #expect(
            JSONLine.text(sample)
                == "{\"blas_core\":\"Haswell\",\"cell\":\"toy\",\"flops_per_step\":12500000,"
                + "\"kernel_set\":\"avx512\",\"peak_rss_bytes\":41000000,"
                + "\"sgemm_gflops\":200,\"sgemm_share\":0.5,\"steps_per_second\":8000,"
                + "\"workspace_bytes\":1250000}")
    }

    @Test("text is an aligned table")
    func table() {
        #expect(
            sample.table == """
                cell  steps/s  flops/step  sgemm GFLOP/s  share  blas core  kernels  work MB  peak MB
                 toy     8000    1.25e+07          200.0   0.50    Haswell   avx512      1.2       41
                """)
    }

    @Test("the median is the middle value")
    func median() { #expect(Benchmark.median([3, 1, 2]) == 2) }
}
