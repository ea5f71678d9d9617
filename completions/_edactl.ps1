
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'edactl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'edactl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'edactl' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Invoke the producer with events and record what was sent')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Prove that every message of a run arrived')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Show again what the last verify of a run found, without AWS')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Show one message''s life with times, or how long a run''s messages took')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Show both functions'' logs, merged in time order')
            [CompletionResult]::new('dlq', 'dlq', [CompletionResultType]::ParameterValue, 'Look into the dead-letter queue; send its letters again, or delete them')
            [CompletionResult]::new('runs', 'runs', [CompletionResultType]::ParameterValue, 'List, show, compare and delete recorded runs')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check the pipeline''s topology, settings and permissions; changes nothing')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Write edactl.toml, or tell what is in force and where it comes from')
            [CompletionResult]::new('local', 'local', [CompletionResultType]::ParameterValue, 'Start, stop or inspect the embedded pipeline')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the shell completion script')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a man page, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;send' {
            [CompletionResult]::new('--messages', '--messages', [CompletionResultType]::ParameterName, 'What of an event becomes a message: entries (each top-level entry), event (all of it), a JSON pointer such as /body or /orders/*, or unknown (default: auto, by the event''s form)')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Send by HTTP to this URL in front of the producer (API Gateway, function URL, ALB) instead of invoking it')
            [CompletionResult]::new('--method', '--method', [CompletionResultType]::ParameterName, 'The HTTP method (default: POST, or the event''s own if it is an HTTP request)')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header of the HTTP request, such as ''x-api-key: …'' (repeated: each of them)')
            [CompletionResult]::new('--repeat', '--repeat', [CompletionResultType]::ParameterName, 'Send each event this many times')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Invocations under way at once (default: 4; with --rate, what it needs up to 256)')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'This many invocations per second, such as 5 or 0.5: each has its time, from which its latency counts; what comes too late is made up')
            [CompletionResult]::new('--marker-field', '--marker-field', [CompletionResultType]::ParameterName, 'The field that carries the marker in payloads that are JSON objects')
            [CompletionResult]::new('--invoke-timeout', '--invoke-timeout', [CompletionResultType]::ParameterName, 'How long to wait for one invocation''s answer before calling it in doubt')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--iam', '--iam', [CompletionResultType]::ParameterName, 'Sign the HTTP request with the caller''s credentials (IAM authorization)')
            [CompletionResult]::new('--no-marker', '--no-marker', [CompletionResultType]::ParameterName, 'Send the event untouched; its payloads are recognised by their content')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent, with markers; send nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;verify' {
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Verify this recorded run: its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--messages', '--messages', [CompletionResultType]::ParameterName, 'What of an event becomes a message: entries (each top-level entry), event (all of it), a JSON pointer such as /body or /orders/*, or unknown (default: auto, by the event''s form)')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Send by HTTP to this URL in front of the producer (API Gateway, function URL, ALB) instead of invoking it')
            [CompletionResult]::new('--method', '--method', [CompletionResultType]::ParameterName, 'The HTTP method (default: POST, or the event''s own if it is an HTTP request)')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header of the HTTP request, such as ''x-api-key: …'' (repeated: each of them)')
            [CompletionResult]::new('--repeat', '--repeat', [CompletionResultType]::ParameterName, 'Send each event this many times')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Invocations under way at once (default: 4; with --rate, what it needs up to 256)')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'This many invocations per second, such as 5 or 0.5: each has its time, from which its latency counts; what comes too late is made up')
            [CompletionResult]::new('--marker-field', '--marker-field', [CompletionResultType]::ParameterName, 'The field that carries the marker in payloads that are JSON objects')
            [CompletionResult]::new('--invoke-timeout', '--invoke-timeout', [CompletionResultType]::ParameterName, 'How long to wait for one invocation''s answer before calling it in doubt')
            [CompletionResult]::new('--witness', '--witness', [CompletionResultType]::ParameterName, 'The witnesses to hear')
            [CompletionResult]::new('--require', '--require', [CompletionResultType]::ParameterName, 'Without the word of these witnesses the verdict is undetermined (exit 4)')
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'Take these for enough, although they prove less')
            [CompletionResult]::new('--counter-lag', '--counter-lag', [CompletionResultType]::ParameterName, 'How far a counter of the queue may lag: its zeros count from two looks so far apart on (default: 30s, on emulators and the embedded pipeline 0s)')
            [CompletionResult]::new('--settle', '--settle', [CompletionResultType]::ParameterName, 'How long a log line may take to be readable before what it would show counts as lost (default: 10m, on the embedded pipeline a little over its log delay)')
            [CompletionResult]::new('--max-latency', '--max-latency', [CompletionResultType]::ParameterName, 'Limits on the time from the invocation to the receipt, such as p95=5s,max=30s; a broken one makes the run disproven')
            [CompletionResult]::new('--max-answer', '--max-answer', [CompletionResultType]::ParameterName, 'Limits on the time from the invocation to the producer''s answer, such as p95=1s')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Also write the result as JUnit XML: a message a test case')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--iam', '--iam', [CompletionResultType]::ParameterName, 'Sign the HTTP request with the caller''s credentials (IAM authorization)')
            [CompletionResult]::new('--no-marker', '--no-marker', [CompletionResultType]::ParameterName, 'Send the event untouched; its payloads are recognised by their content')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Wait longer for counters: at least 60s')
            [CompletionResult]::new('--exactly-once', '--exactly-once', [CompletionResultType]::ParameterName, 'A message taken twice is a failure (standard queues deliver at least once)')
            [CompletionResult]::new('--github', '--github', [CompletionResultType]::ParameterName, 'Also write GitHub annotations (to stderr) and the step summary; on its own under GitHub Actions')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;report' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Also write the result as JUnit XML: a message a test case')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--github', '--github', [CompletionResultType]::ParameterName, 'Also write GitHub annotations (to stderr) and the step summary; on its own under GitHub Actions')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;trace' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;logs' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Whose logs')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'Read these log groups instead of the functions'' own; * and ? stand for any text and any letter')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From when: 5m, 1d12h, 20:00, yesterday, 2026-11-24T13:00, … (default: 10m; with --run: the run''s start; with --tail: 1d)')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until when, in the same forms (default: now)')
            [CompletionResult]::new('--tail', '--tail', [CompletionResultType]::ParameterName, 'Only the last N lines (with --follow: N lines, then what comes)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the lines')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the lines')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only lines that this regular expression matches (repeated: each of them)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'No line that this regular expression matches')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only lines whose JSON meets this condition, such as ''order.total >= 100'' or ''items[0].sku = A1''; = != < <= > >= ~ contains (repeated: each of them)')
            [CompletionResult]::new('--filter-pattern', '--filter-pattern', [CompletionResultType]::ParameterName, 'Only lines that CloudWatch finds by this pattern of its own, such as ''{ $.level = "ERROR" }''')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only log streams whose name begins so; * and ? as in --group (repeated: any of them)')
            [CompletionResult]::new('--qualifier', '--qualifier', [CompletionResultType]::ParameterName, 'Only lines of this version of the function: a number, $LATEST, or an alias')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'Only lines of this level or a more serious one')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'How many lines around an error')
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Only lines that show a message of this run (its marker, its SQS message id, or the request id of an invocation of the producer): its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--request-id', '--request-id', [CompletionResultType]::ParameterName, 'Only lines of this invocation (its request id, or the beginning of it)')
            [CompletionResult]::new('--highlight', '--highlight', [CompletionResultType]::ParameterName, 'Make what this regular expression matches stand out')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Times in this zone, such as Europe/Berlin')
            [CompletionResult]::new('--template', '--template', [CompletionResultType]::ParameterName, 'Print each line by this template, such as ''{time} {short_id} {message}''')
            [CompletionResult]::new('--poll', '--poll', [CompletionResultType]::ParameterName, 'Look for new lines this often (default: often while lines come, less so in quiet times)')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'End after this long')
            [CompletionResult]::new('--until-run', '--until-run', [CompletionResultType]::ParameterName, 'End once every message of this run has been seen in the consumer''s log: its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--count-by', '--count-by', [CompletionResultType]::ParameterName, 'Count the lines on AWS''s own engine (Logs Insights, about 0.005 $ for each GB scanned) instead of reading them; --grep and --exclude choose which')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Keep printing new lines until interrupted')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Keep printing new lines until interrupted')
            [CompletionResult]::new('--only-errors', '--only-errors', [CompletionResultType]::ParameterName, 'Only errors and failed invocations, with the lines around them in the same log stream')
            [CompletionResult]::new('--platform', '--platform', [CompletionResultType]::ParameterName, 'Show the platform''s lines (START, END, REPORT, INIT_START) as they are, not folded into one summary for each invocation; -o raw and -o json always do')
            [CompletionResult]::new('--no-platform', '--no-platform', [CompletionResultType]::ParameterName, 'Leave out the platform''s lines')
            [CompletionResult]::new('--utc', '--utc', [CompletionResultType]::ParameterName, 'Times in UTC instead of local time')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Times as how long ago')
            [CompletionResult]::new('--no-pager', '--no-pager', [CompletionResultType]::ParameterName, 'No pager for a history on a terminal')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Have CloudWatch push the lines (Live Tail, about 0.01 $ a minute after 1,800 free ones a month); what it samples or drops is read besides, so that nothing is missing')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show the query on stderr, before it runs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;dlq' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Show the dead letters by reason, with the runs that they belong to')
            [CompletionResult]::new('peek', 'peek', [CompletionResultType]::ParameterValue, 'Look at single dead letters')
            [CompletionResult]::new('redrive', 'redrive', [CompletionResultType]::ParameterValue, 'Send dead letters to their queue again')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write dead letters with their bodies to a file, one JSON object a line')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete dead letters for good')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;dlq;list' {
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Only letters of this run: its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)')
            [CompletionResult]::new('--older', '--older', [CompletionResultType]::ParameterName, 'Only letters that were first sent longer ago than this, such as 1h')
            [CompletionResult]::new('--newer', '--newer', [CompletionResultType]::ParameterName, 'Only letters that were first sent less long ago than this')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Look at this many letters at most')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;dlq;peek' {
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Only letters of this run: its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)')
            [CompletionResult]::new('--older', '--older', [CompletionResultType]::ParameterName, 'Only letters that were first sent longer ago than this, such as 1h')
            [CompletionResult]::new('--newer', '--newer', [CompletionResultType]::ParameterName, 'Only letters that were first sent less long ago than this')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Look at this many letters at most')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--show-body', '--show-body', [CompletionResultType]::ParameterName, 'Show the bodies, too: they are payloads, which may be confidential')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;dlq;redrive' {
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Only letters of this run: its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)')
            [CompletionResult]::new('--older', '--older', [CompletionResultType]::ParameterName, 'Only letters that were first sent longer ago than this, such as 1h')
            [CompletionResult]::new('--newer', '--newer', [CompletionResultType]::ParameterName, 'Only letters that were first sent less long ago than this')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many letters per second (a message move task takes up to 500)')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Send them to this queue (name, URL or ARN) instead of where they came from')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Look at this many letters at most')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every letter, by a message move task of SQS (StartMessageMoveTask)')
            [CompletionResult]::new('--cancel', '--cancel', [CompletionResultType]::ParameterName, 'Stop the message move task that is under way')
            [CompletionResult]::new('--one-by-one', '--one-by-one', [CompletionResultType]::ParameterName, 'With --all: have edactl send each letter and delete it then, instead of a message move task; old and new message ids are recorded')
            [CompletionResult]::new('--any-source', '--any-source', [CompletionResultType]::ParameterName, 'Also letters that came from other queues than the pipeline''s')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Then prove that exactly these letters arrived, by their new message ids')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent again; send and delete nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;dlq;export' {
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Only letters of this run: its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)')
            [CompletionResult]::new('--older', '--older', [CompletionResultType]::ParameterName, 'Only letters that were first sent longer ago than this, such as 1h')
            [CompletionResult]::new('--newer', '--newer', [CompletionResultType]::ParameterName, 'Only letters that were first sent less long ago than this')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Look at this many letters at most')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Write over a file that is already there')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;dlq;delete' {
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Only letters of this run: its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)')
            [CompletionResult]::new('--older', '--older', [CompletionResultType]::ParameterName, 'Only letters that were first sent longer ago than this, such as 1h')
            [CompletionResult]::new('--newer', '--newer', [CompletionResultType]::ParameterName, 'Only letters that were first sent less long ago than this')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Look at this many letters at most')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every letter that can be looked at')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be deleted; delete nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for the queue''s name')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for the queue''s name')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;dlq;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Show the dead letters by reason, with the runs that they belong to')
            [CompletionResult]::new('peek', 'peek', [CompletionResultType]::ParameterValue, 'Look at single dead letters')
            [CompletionResult]::new('redrive', 'redrive', [CompletionResultType]::ParameterValue, 'Send dead letters to their queue again')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write dead letters with their bodies to a file, one JSON object a line')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete dead letters for good')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;dlq;help;list' {
            break
        }
        'edactl;dlq;help;peek' {
            break
        }
        'edactl;dlq;help;redrive' {
            break
        }
        'edactl;dlq;help;export' {
            break
        }
        'edactl;dlq;help;delete' {
            break
        }
        'edactl;dlq;help;help' {
            break
        }
        'edactl;runs' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the recorded runs, newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one run: what was sent, what its last verify found, what was redriven of it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two runs of the same events')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete old records')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;runs;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;runs;show' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;runs;diff' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;runs;prune' {
            [CompletionResult]::new('--older', '--older', [CompletionResultType]::ParameterName, 'Delete runs that began longer ago than this, such as 30d (default: `keep_runs` of edactl.toml)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--unverified', '--unverified', [CompletionResultType]::ParameterName, 'Also runs that were never verified: what became of them cannot be told afterwards')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be deleted; delete nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;runs;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the recorded runs, newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one run: what was sent, what its last verify found, what was redriven of it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two runs of the same events')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete old records')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;runs;help;list' {
            break
        }
        'edactl;runs;help;show' {
            break
        }
        'edactl;runs;help;diff' {
            break
        }
        'edactl;runs;help;prune' {
            break
        }
        'edactl;runs;help;help' {
            break
        }
        'edactl;doctor' {
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'End with exit code 1 from this severity on')
            [CompletionResult]::new('--junit', '--junit', [CompletionResultType]::ParameterName, 'Write the findings as JUnit XML into this file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Print the least-privilege policy that edactl needs for this pipeline, and check nothing')
            [CompletionResult]::new('--with-dlq', '--with-dlq', [CompletionResultType]::ParameterName, 'With --policy: also what `dlq redrive` and `dlq delete` need, which send and delete')
            [CompletionResult]::new('--notes', '--notes', [CompletionResultType]::ParameterName, 'Also tell notes: settings worth knowing that nothing is wrong with')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;config' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented edactl.toml for a pipeline')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Tell every setting in force, and where it comes from')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the configuration file in force')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of edactl.toml, for editors')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;config;init' {
            [CompletionResult]::new('--from-terraform', '--from-terraform', [CompletionResultType]::ParameterName, 'Take the pipeline from Terraform: its directory, or a file with what `terraform output -json` or `terraform show -json` printed')
            [CompletionResult]::new('--from-stack', '--from-stack', [CompletionResultType]::ParameterName, 'Take the pipeline from the CloudFormation (SAM, CDK, Serverless) stack of this name')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The file to write')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Write over a file that is already there')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Do not ask AWS whether the pipeline is there and what else belongs to it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;config;show' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Do not ask AWS: leave out what discovery would find')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;config;path' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;config;schema' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;config;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented edactl.toml for a pipeline')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Tell every setting in force, and where it comes from')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the configuration file in force')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of edactl.toml, for editors')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;config;help;init' {
            break
        }
        'edactl;config;help;show' {
            break
        }
        'edactl;config;help;path' {
            break
        }
        'edactl;config;help;schema' {
            break
        }
        'edactl;config;help;help' {
            break
        }
        'edactl;local' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start it, or give the running one these settings')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop it')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Say whether it runs, where, and with which settings')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;local;start' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port on 127.0.0.1; 0 takes a free one')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Misbehave: NAME=PROBABILITY, such as drop=0.01,duplicate=0.05; the names are drop, duplicate, consumer-error, consumer-timeout, filtered, producer-error, partial-send, late-answer, no-answer, quiet-failure, consumer-throw, consumer-throw-early, consumer-throw-silent, producer-midway, late-line, ghost-copy')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the faults'' random numbers, to see the same misbehaviour again')
            [CompletionResult]::new('--log-delay', '--log-delay', [CompletionResultType]::ParameterName, 'Log lines can be read only this long after they were written')
            [CompletionResult]::new('--metric-delay', '--metric-delay', [CompletionResultType]::ParameterName, 'Metrics are published only this long after they were measured')
            [CompletionResult]::new('--metric-stragglers', '--metric-stragglers', [CompletionResultType]::ParameterName, 'Every other value of a metric is published this much later still')
            [CompletionResult]::new('--queue-delay', '--queue-delay', [CompletionResultType]::ParameterName, 'The queue hands out a message only this long after it was sent (`DelaySeconds`)')
            [CompletionResult]::new('--counter-lag', '--counter-lag', [CompletionResultType]::ParameterName, 'The queues'' counters lag by up to this, each by its own')
            [CompletionResult]::new('--clock-skew', '--clock-skew', [CompletionResultType]::ParameterName, 'AWS''s clock is ahead of this machine''s by this; with a minus sign: behind')
            [CompletionResult]::new('--traffic', '--traffic', [CompletionResultType]::ParameterName, 'Somebody else sends this many messages per second to the queue')
            [CompletionResult]::new('--traffic-failures', '--traffic-failures', [CompletionResultType]::ParameterName, 'This share of that traffic fails each time, and ends in the dead-letter queue')
            [CompletionResult]::new('--old-letters', '--old-letters', [CompletionResultType]::ParameterName, 'So many letters of yesterday lie in the dead-letter queue')
            [CompletionResult]::new('--throttle', '--throttle', [CompletionResultType]::ParameterName, 'Refuse what goes beyond this many requests per second and service, as AWS throttles')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'The functions'' log format')
            [CompletionResult]::new('--system-log-level', '--system-log-level', [CompletionResultType]::ParameterName, 'Which lines Lambda itself writes; needs --log-format json')
            [CompletionResult]::new('--report-delay', '--report-delay', [CompletionResultType]::ParameterName, 'REPORT can be read only this long after END, and a timeout shows in it alone')
            [CompletionResult]::new('--log-style', '--log-style', [CompletionResultType]::ParameterName, 'How the consumer logs its messages')
            [CompletionResult]::new('--error-style', '--error-style', [CompletionResultType]::ParameterName, 'The runtime in whose words the functions log, and fail when their handlers throw')
            [CompletionResult]::new('--batch-size', '--batch-size', [CompletionResultType]::ParameterName, 'The most messages that the trigger hands over at once')
            [CompletionResult]::new('--batch-window', '--batch-window', [CompletionResultType]::ParameterName, 'The trigger lets a batch wait this long for more messages')
            [CompletionResult]::new('--producer-shape', '--producer-shape', [CompletionResultType]::ParameterName, 'What the producer makes of an event')
            [CompletionResult]::new('--producer-answer', '--producer-answer', [CompletionResultType]::ParameterName, 'How the producer tells what it sent')
            [CompletionResult]::new('--log-megabytes', '--log-megabytes', [CompletionResultType]::ParameterName, 'Keep so many MB of log, and forget the oldest beyond')
            [CompletionResult]::new('--idle', '--idle', [CompletionResultType]::ParameterName, 'End after this long without a request')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('--foreground', '--foreground', [CompletionResultType]::ParameterName, 'Stay in the foreground and serve until interrupted')
            [CompletionResult]::new('--print-env', '--print-env', [CompletionResultType]::ParameterName, 'Print the variables that point other AWS clients here, as `export NAME=value` lines')
            [CompletionResult]::new('--event-count-metrics', '--event-count-metrics', [CompletionResultType]::ParameterName, 'The trigger publishes its EventCount metrics (`MetricsConfig`)')
            [CompletionResult]::new('--no-delayed-counter', '--no-delayed-counter', [CompletionResultType]::ParameterName, 'The queues do not tell how many messages are delayed')
            [CompletionResult]::new('--shared-log-group', '--shared-log-group', [CompletionResultType]::ParameterName, 'Both functions write to one log group')
            [CompletionResult]::new('--lookalike-lines', '--lookalike-lines', [CompletionResultType]::ParameterName, 'The consumer prints lines that look like the runtime''s words for failures')
            [CompletionResult]::new('--no-batch-item-failures', '--no-batch-item-failures', [CompletionResultType]::ParameterName, 'The trigger does not ask for batch item failures: it takes every answer for success')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;local;stop' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;local;status' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;local;help' {
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start it, or give the running one these settings')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop it')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Say whether it runs, where, and with which settings')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;local;help;start' {
            break
        }
        'edactl;local;help;stop' {
            break
        }
        'edactl;local;help;status' {
            break
        }
        'edactl;local;help;help' {
            break
        }
        'edactl;completions' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write every page into this directory instead')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;help' {
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Invoke the producer with events and record what was sent')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Prove that every message of a run arrived')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Show again what the last verify of a run found, without AWS')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Show one message''s life with times, or how long a run''s messages took')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Show both functions'' logs, merged in time order')
            [CompletionResult]::new('dlq', 'dlq', [CompletionResultType]::ParameterValue, 'Look into the dead-letter queue; send its letters again, or delete them')
            [CompletionResult]::new('runs', 'runs', [CompletionResultType]::ParameterValue, 'List, show, compare and delete recorded runs')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check the pipeline''s topology, settings and permissions; changes nothing')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Write edactl.toml, or tell what is in force and where it comes from')
            [CompletionResult]::new('local', 'local', [CompletionResultType]::ParameterValue, 'Start, stop or inspect the embedded pipeline')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the shell completion script')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a man page, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;help;send' {
            break
        }
        'edactl;help;verify' {
            break
        }
        'edactl;help;report' {
            break
        }
        'edactl;help;trace' {
            break
        }
        'edactl;help;logs' {
            break
        }
        'edactl;help;dlq' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Show the dead letters by reason, with the runs that they belong to')
            [CompletionResult]::new('peek', 'peek', [CompletionResultType]::ParameterValue, 'Look at single dead letters')
            [CompletionResult]::new('redrive', 'redrive', [CompletionResultType]::ParameterValue, 'Send dead letters to their queue again')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write dead letters with their bodies to a file, one JSON object a line')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete dead letters for good')
            break
        }
        'edactl;help;dlq;list' {
            break
        }
        'edactl;help;dlq;peek' {
            break
        }
        'edactl;help;dlq;redrive' {
            break
        }
        'edactl;help;dlq;export' {
            break
        }
        'edactl;help;dlq;delete' {
            break
        }
        'edactl;help;runs' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the recorded runs, newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one run: what was sent, what its last verify found, what was redriven of it')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what differs between two runs of the same events')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Delete old records')
            break
        }
        'edactl;help;runs;list' {
            break
        }
        'edactl;help;runs;show' {
            break
        }
        'edactl;help;runs;diff' {
            break
        }
        'edactl;help;runs;prune' {
            break
        }
        'edactl;help;doctor' {
            break
        }
        'edactl;help;config' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented edactl.toml for a pipeline')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Tell every setting in force, and where it comes from')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the configuration file in force')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of edactl.toml, for editors')
            break
        }
        'edactl;help;config;init' {
            break
        }
        'edactl;help;config;show' {
            break
        }
        'edactl;help;config;path' {
            break
        }
        'edactl;help;config;schema' {
            break
        }
        'edactl;help;local' {
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start it, or give the running one these settings')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop it')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Say whether it runs, where, and with which settings')
            break
        }
        'edactl;help;local;start' {
            break
        }
        'edactl;help;local;stop' {
            break
        }
        'edactl;help;local;status' {
            break
        }
        'edactl;help;completions' {
            break
        }
        'edactl;help;man' {
            break
        }
        'edactl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
