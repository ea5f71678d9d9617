# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_edactl_global_optspecs
    string join \n p/pipeline= producer= queue= consumer= dlq= region= profile= endpoint-url= color= q/quiet v/verbose timeout= h/help V/version
end

function __fish_edactl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_edactl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_edactl_using_subcommand
    set -l cmd (__fish_edactl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c edactl -n "__fish_edactl_needs_command" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_needs_command" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_needs_command" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_needs_command" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_needs_command" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_needs_command" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_needs_command" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_needs_command" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_needs_command" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_needs_command" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_needs_command" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_needs_command" -s V -l version -d 'Print version'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "send" -d 'Invoke the producer with events and record what was sent'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "verify" -d 'Prove that every message of a run arrived'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "report" -d 'Show again what the last verify of a run found, without AWS'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "trace" -d 'Show one message\'s life with times, or how long a run\'s messages took'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "logs" -d 'Show both functions\' logs, merged in time order'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "dlq" -d 'Look into the dead-letter queue; send its letters again, or delete them'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "runs" -d 'List, show, compare and delete recorded runs'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "doctor" -d 'Check the pipeline\'s topology, settings and permissions; changes nothing'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "config" -d 'Write edactl.toml, or tell what is in force and where it comes from'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "local" -d 'Start, stop or inspect the embedded pipeline'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "completions" -d 'Print the shell completion script'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "man" -d 'Print a man page, or write all of them into a directory'
complete -c edactl -n "__fish_edactl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand send" -l messages -d 'What of an event becomes a message: entries (each top-level entry), event (all of it), a JSON pointer such as /body or /orders/*, or unknown (default: auto, by the event\'s form)' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l url -d 'Send by HTTP to this URL in front of the producer (API Gateway, function URL, ALB) instead of invoking it' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l method -d 'The HTTP method (default: POST, or the event\'s own if it is an HTTP request)' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l header -d 'A header of the HTTP request, such as \'x-api-key: …\' (repeated: each of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l repeat -d 'Send each event this many times' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l concurrency -d 'Invocations under way at once (default: 4; with --rate, what it needs up to 256)' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l rate -d 'This many invocations per second, such as 5 or 0.5: each has its time, from which its latency counts; what comes too late is made up' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l marker-field -d 'The field that carries the marker in payloads that are JSON objects' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l invoke-timeout -d 'How long to wait for one invocation\'s answer before calling it in doubt' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand send" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand send" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand send" -l iam -d 'Sign the HTTP request with the caller\'s credentials (IAM authorization)'
complete -c edactl -n "__fish_edactl_using_subcommand send" -l no-marker -d 'Send the event untouched; its payloads are recognised by their content'
complete -c edactl -n "__fish_edactl_using_subcommand send" -s y -l yes -d 'Do not ask before sending to a pipeline marked as production'
complete -c edactl -n "__fish_edactl_using_subcommand send" -l dry-run -d 'Show what would be sent, with markers; send nothing'
complete -c edactl -n "__fish_edactl_using_subcommand send" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand send" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l run -d 'Verify this recorded run: its id, a unique beginning of it, or `last`' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l messages -d 'What of an event becomes a message: entries (each top-level entry), event (all of it), a JSON pointer such as /body or /orders/*, or unknown (default: auto, by the event\'s form)' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l url -d 'Send by HTTP to this URL in front of the producer (API Gateway, function URL, ALB) instead of invoking it' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l method -d 'The HTTP method (default: POST, or the event\'s own if it is an HTTP request)' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l header -d 'A header of the HTTP request, such as \'x-api-key: …\' (repeated: each of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l repeat -d 'Send each event this many times' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l concurrency -d 'Invocations under way at once (default: 4; with --rate, what it needs up to 256)' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l rate -d 'This many invocations per second, such as 5 or 0.5: each has its time, from which its latency counts; what comes too late is made up' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l marker-field -d 'The field that carries the marker in payloads that are JSON objects' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l invoke-timeout -d 'How long to wait for one invocation\'s answer before calling it in doubt' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l witness -d 'The witnesses to hear' -r -f -a "logs\t'The consumer\'s log: each message, how often, when'
metrics\t'The queue\'s CloudWatch metrics'
queue\t'The queue\'s own counters, and the dead-letter queue'"
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l require -d 'Without the word of these witnesses the verdict is undetermined (exit 4)' -r -f -a "logs\t'The consumer\'s log: each message, how often, when'
metrics\t'The queue\'s CloudWatch metrics'
queue\t'The queue\'s own counters, and the dead-letter queue'"
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l accept -d 'Take these for enough, although they prove less' -r -f -a "counts\t'The queue is empty, and its metrics count each message sent, received and deleted once'
partial-send\t'What was sent before the send was broken off'"
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l counter-lag -d 'How far a counter of the queue may lag: its zeros count from two looks so far apart on (default: 30s, on emulators and the embedded pipeline 0s)' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l settle -d 'How long a log line may take to be readable before what it would show counts as lost (default: 10m, on the embedded pipeline a little over its log delay)' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l max-latency -d 'Limits on the time from the invocation to the receipt, such as p95=5s,max=30s; a broken one makes the run disproven' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l max-answer -d 'Limits on the time from the invocation to the producer\'s answer, such as p95=1s' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l junit -d 'Also write the result as JUnit XML: a message a test case' -r -F
complete -c edactl -n "__fish_edactl_using_subcommand verify" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l iam -d 'Sign the HTTP request with the caller\'s credentials (IAM authorization)'
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l no-marker -d 'Send the event untouched; its payloads are recognised by their content'
complete -c edactl -n "__fish_edactl_using_subcommand verify" -s y -l yes -d 'Do not ask before sending to a pipeline marked as production'
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l strict -d 'Wait longer for counters: at least 60s'
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l exactly-once -d 'A message taken twice is a failure (standard queues deliver at least once)'
complete -c edactl -n "__fish_edactl_using_subcommand verify" -l github -d 'Also write GitHub annotations (to stderr) and the step summary; on its own under GitHub Actions'
complete -c edactl -n "__fish_edactl_using_subcommand verify" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand verify" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand report" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand report" -l junit -d 'Also write the result as JUnit XML: a message a test case' -r -F
complete -c edactl -n "__fish_edactl_using_subcommand report" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand report" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand report" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand report" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand report" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand report" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand report" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand report" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand report" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand report" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand report" -l github -d 'Also write GitHub annotations (to stderr) and the step summary; on its own under GitHub Actions'
complete -c edactl -n "__fish_edactl_using_subcommand report" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand report" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand trace" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand trace" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand trace" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand trace" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand trace" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand trace" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand trace" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand trace" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand trace" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand trace" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand trace" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand trace" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand trace" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l from -d 'Whose logs' -r -f -a "producer\t'The producer\'s'
consumer\t'The consumer\'s'
both\t'Both, merged'"
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l group -d 'Read these log groups instead of the functions\' own; * and ? stand for any text and any letter' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l since -d 'From when: 5m, 1d12h, 20:00, yesterday, 2026-11-24T13:00, … (default: 10m; with --run: the run\'s start; with --tail: 1d)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l until -d 'Until when, in the same forms (default: now)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l tail -d 'Only the last N lines (with --follow: N lines, then what comes)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -s o -l output -d 'How to print the lines' -r -f -a "text\t'Time, source, line; coloured on a terminal'
json\t'One JSON object a line'
raw\t'The line as the function wrote it, nothing else'"
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l grep -d 'Only lines that this regular expression matches (repeated: each of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l exclude -d 'No line that this regular expression matches' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l where -d 'Only lines whose JSON meets this condition, such as \'order.total >= 100\' or \'items[0].sku = A1\'; = != < <= > >= ~ contains (repeated: each of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l filter-pattern -d 'Only lines that CloudWatch finds by this pattern of its own, such as \'{ $.level = "ERROR" }\'' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l stream -d 'Only log streams whose name begins so; * and ? as in --group (repeated: any of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l qualifier -d 'Only lines of this version of the function: a number, $LATEST, or an alias' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l level -d 'Only lines of this level or a more serious one' -r -f -a "trace\t'Everything that names a level'
debug\t'Debug and above'
info\t'Info and above'
warn\t'Warnings and errors'
error\t'Errors'"
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l context -d 'How many lines around an error' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l run -d 'Only lines that show a message of this run (its marker, its SQS message id, or the request id of an invocation of the producer): its id, a unique beginning of it, or `last`' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l request-id -d 'Only lines of this invocation (its request id, or the beginning of it)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l highlight -d 'Make what this regular expression matches stand out' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l tz -d 'Times in this zone, such as Europe/Berlin' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l template -d 'Print each line by this template, such as \'{time} {short_id} {message}\'' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l poll -d 'Look for new lines this often (default: often while lines come, less so in quiet times)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l for -d 'End after this long' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l until-run -d 'End once every message of this run has been seen in the consumer\'s log: its id, a unique beginning of it, or `last`' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l count-by -d 'Count the lines on AWS\'s own engine (Logs Insights, about 0.005 $ for each GB scanned) instead of reading them; --grep and --exclude choose which' -r -f -a "level\t'The level that they name'
function\t'The function that wrote them (its log group)'
error\t'The type of error that they tell of; other lines are not counted'"
complete -c edactl -n "__fish_edactl_using_subcommand logs" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand logs" -s f -l follow -d 'Keep printing new lines until interrupted'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l only-errors -d 'Only errors and failed invocations, with the lines around them in the same log stream'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l platform -d 'Show the platform\'s lines (START, END, REPORT, INIT_START) as they are, not folded into one summary for each invocation; -o raw and -o json always do'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l no-platform -d 'Leave out the platform\'s lines'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l utc -d 'Times in UTC instead of local time'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l relative -d 'Times as how long ago'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l no-pager -d 'No pager for a history on a terminal'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l live -d 'Have CloudWatch push the lines (Live Tail, about 0.01 $ a minute after 1,800 free ones a month); what it samples or drops is read besides, so that nothing is missing'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -l explain -d 'Show the query on stderr, before it runs'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -f -a "list" -d 'Show the dead letters by reason, with the runs that they belong to'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -f -a "peek" -d 'Look at single dead letters'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -f -a "redrive" -d 'Send dead letters to their queue again'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -f -a "export" -d 'Write dead letters with their bodies to a file, one JSON object a line'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -f -a "delete" -d 'Delete dead letters for good'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and not __fish_seen_subcommand_from list peek redrive export delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l run -d 'Only letters of this run: its id, a unique beginning of it, or `last`' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l reason -d 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l id -d 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l older -d 'Only letters that were first sent longer ago than this, such as 1h' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l newer -d 'Only letters that were first sent less long ago than this' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l where -d 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l limit -d 'Look at this many letters at most' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l run -d 'Only letters of this run: its id, a unique beginning of it, or `last`' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l reason -d 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l id -d 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l older -d 'Only letters that were first sent longer ago than this, such as 1h' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l newer -d 'Only letters that were first sent less long ago than this' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l where -d 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l limit -d 'Look at this many letters at most' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -l show-body -d 'Show the bodies, too: they are payloads, which may be confidential'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from peek" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l run -d 'Only letters of this run: its id, a unique beginning of it, or `last`' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l reason -d 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l id -d 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l older -d 'Only letters that were first sent longer ago than this, such as 1h' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l newer -d 'Only letters that were first sent less long ago than this' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l where -d 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l rate -d 'At most this many letters per second (a message move task takes up to 500)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l to -d 'Send them to this queue (name, URL or ARN) instead of where they came from' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l limit -d 'Look at this many letters at most' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l all -d 'Every letter, by a message move task of SQS (StartMessageMoveTask)'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l cancel -d 'Stop the message move task that is under way'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l one-by-one -d 'With --all: have edactl send each letter and delete it then, instead of a message move task; old and new message ids are recorded'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l any-source -d 'Also letters that came from other queues than the pipeline\'s'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l verify -d 'Then prove that exactly these letters arrived, by their new message ids'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -l dry-run -d 'Show what would be sent again; send and delete nothing'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -s y -l yes -d 'Do not ask before sending to a pipeline marked as production'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from redrive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l run -d 'Only letters of this run: its id, a unique beginning of it, or `last`' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l reason -d 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l id -d 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l older -d 'Only letters that were first sent longer ago than this, such as 1h' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l newer -d 'Only letters that were first sent less long ago than this' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l where -d 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l limit -d 'Look at this many letters at most' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -l force -d 'Write over a file that is already there'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l run -d 'Only letters of this run: its id, a unique beginning of it, or `last`' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l reason -d 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l id -d 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l older -d 'Only letters that were first sent longer ago than this, such as 1h' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l newer -d 'Only letters that were first sent less long ago than this' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l where -d 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l limit -d 'Look at this many letters at most' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l all -d 'Every letter that can be looked at'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -l dry-run -d 'Show what would be deleted; delete nothing'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Do not ask for the queue\'s name'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from help" -f -a "list" -d 'Show the dead letters by reason, with the runs that they belong to'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from help" -f -a "peek" -d 'Look at single dead letters'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from help" -f -a "redrive" -d 'Send dead letters to their queue again'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write dead letters with their bodies to a file, one JSON object a line'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete dead letters for good'
complete -c edactl -n "__fish_edactl_using_subcommand dlq; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -f -a "list" -d 'List the recorded runs, newest first'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -f -a "show" -d 'Show one run: what was sent, what its last verify found, what was redriven of it'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -f -a "diff" -d 'Show what differs between two runs of the same events'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -f -a "prune" -d 'Delete old records'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and not __fish_seen_subcommand_from list show diff prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l older -d 'Delete runs that began longer ago than this, such as 30d (default: `keep_runs` of edactl.toml)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l unverified -d 'Also runs that were never verified: what became of them cannot be told afterwards'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -l dry-run -d 'Show what would be deleted; delete nothing'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the recorded runs, newest first'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one run: what was sent, what its last verify found, what was redriven of it'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show what differs between two runs of the same events'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Delete old records'
complete -c edactl -n "__fish_edactl_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l fail-on -d 'End with exit code 1 from this severity on' -r -f -a "warning\t'Warnings and errors'
error\t'Errors only'"
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l junit -d 'Write the findings as JUnit XML into this file' -r -F
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l policy -d 'Print the least-privilege policy that edactl needs for this pipeline, and check nothing'
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l with-dlq -d 'With --policy: also what `dlq redrive` and `dlq delete` need, which send and delete'
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -l notes -d 'Also tell notes: settings worth knowing that nothing is wrong with'
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -f -a "init" -d 'Write a commented edactl.toml for a pipeline'
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -f -a "show" -d 'Tell every setting in force, and where it comes from'
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -f -a "path" -d 'Print the path of the configuration file in force'
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -f -a "schema" -d 'Print the JSON Schema of edactl.toml, for editors'
complete -c edactl -n "__fish_edactl_using_subcommand config; and not __fish_seen_subcommand_from init show path schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l from-terraform -d 'Take the pipeline from Terraform: its directory, or a file with what `terraform output -json` or `terraform show -json` printed' -r -F
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l from-stack -d 'Take the pipeline from the CloudFormation (SAM, CDK, Serverless) stack of this name' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l file -d 'The file to write' -r -F
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l force -d 'Write over a file that is already there'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -l offline -d 'Do not ask AWS whether the pipeline is there and what else belongs to it'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -l offline -d 'Do not ask AWS: leave out what discovery would find'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "init" -d 'Write a commented edactl.toml for a pipeline'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Tell every setting in force, and where it comes from'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "path" -d 'Print the path of the configuration file in force'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "schema" -d 'Print the JSON Schema of edactl.toml, for editors'
complete -c edactl -n "__fish_edactl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -f -a "start" -d 'Start it, or give the running one these settings'
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -f -a "stop" -d 'Stop it'
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -f -a "status" -d 'Say whether it runs, where, and with which settings'
complete -c edactl -n "__fish_edactl_using_subcommand local; and not __fish_seen_subcommand_from start stop status help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l port -d 'The port on 127.0.0.1; 0 takes a free one' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l fault -d 'Misbehave: NAME=PROBABILITY, such as drop=0.01,duplicate=0.05; the names are drop, duplicate, consumer-error, consumer-timeout, filtered, producer-error, partial-send, late-answer, no-answer, quiet-failure, consumer-throw, consumer-throw-early, consumer-throw-silent, producer-midway, late-line, ghost-copy' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l seed -d 'Seed of the faults\' random numbers, to see the same misbehaviour again' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l log-delay -d 'Log lines can be read only this long after they were written' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l metric-delay -d 'Metrics are published only this long after they were measured' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l metric-stragglers -d 'Every other value of a metric is published this much later still' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l queue-delay -d 'The queue hands out a message only this long after it was sent (`DelaySeconds`)' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l counter-lag -d 'The queues\' counters lag by up to this, each by its own' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l clock-skew -d 'AWS\'s clock is ahead of this machine\'s by this; with a minus sign: behind' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l traffic -d 'Somebody else sends this many messages per second to the queue' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l traffic-failures -d 'This share of that traffic fails each time, and ends in the dead-letter queue' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l old-letters -d 'So many letters of yesterday lie in the dead-letter queue' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l throttle -d 'Refuse what goes beyond this many requests per second and service, as AWS throttles' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l log-format -d 'The functions\' log format' -r -f -a "text\t'`START RequestId: …` and tab-separated lines'
json\t'One JSON object a line'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l system-log-level -d 'Which lines Lambda itself writes; needs --log-format json' -r -f -a "debug\t'every platform event'
info\t'start and report of each invocation'
warn\t'failures only'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l report-delay -d 'REPORT can be read only this long after END, and a timeout shows in it alone' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l log-style -d 'How the consumer logs its messages' -r -f -a "body\t'the message id and the body as it came'
id\t'the message id only'
uuid\t'an id of the consumer\'s own'
word\t'the word `body`, and nothing of the message'
nothing\t'no line'
batch\t'all bodies of a batch in one line'
first\t'only the first message of each batch, its id and body'
sampled\t'about one batch in three, ids and bodies'
cut\t'the body\'s first sixty characters'
event\t'the whole event as JSON: message ids, and bodies as text in it'
nested\t'the body as JSON text within JSON text'
derived\t'text that the consumer made of the first value'
python\t'a Python dict'
dataclass\t'a Python dataclass, which drops unknown fields as all types here'
pydantic\t'a pydantic model'
node\t'a Node class instance, cut where nested deeply'
go\t'a Go struct with %+v'
go-values\t'a Go struct with %v: values only'
ruby\t'a Ruby Struct'
ruby-hash\t'a Ruby Hash, which keeps every field'
java\t'Lombok\'s toString'
dotnet\t'a .NET record'
rust\t'Rust\'s {:?}'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l error-style -d 'The runtime in whose words the functions log, and fail when their handlers throw' -r -f -a "python\t'Python: [ERROR] RuntimeError: …, Traceback'
python-custom\t'Python, with an exception class whose name does not say Error'
node\t'Node up to 22: Invoke Error with JSON'
node24\t'Node 24: as before, without the request id'
java\t'Java: message, class and stack, without level and request id'
dotnet\t'.NET: level fail, class and stack'
go\t'Go: JSON after date and time, without request id'
ruby\t'Ruby: a sentence, then indented JSON'
rust\t'Rust: tracing\'s line'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l batch-size -d 'The most messages that the trigger hands over at once' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l batch-window -d 'The trigger lets a batch wait this long for more messages' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l producer-shape -d 'What the producer makes of an event' -r -f -a "entries\t'one message for each top-level entry'
event\t'the whole event as one message'
body\t'the body of an API Gateway event, as it is'
body-wrapped\t'the body of an API Gateway event, in an object of the producer\'s'
detail\t'the detail of an EventBridge event'
list\t'one message for each item of the event\'s list'
fixed\t'a fixed text, whatever the event'
batch\t'the entries in one SendMessageBatch, partial failures ignored'
envelope\t'the whole event in an envelope of the producer\'s'
records\t'the bodies of SQS, SNS or Kinesis records'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l producer-answer -d 'How the producer tells what it sent' -r -f -a "own\t'as the reference producer: MessageIds by key'
message-ids\t'a list `messageIds`'
message-id\t'SQS\'s own answer, with `MessageId`'
successful\t'SQS\'s own answer to a batch, with `Successful` and `Failed`'
count\t'a sentence with the number of messages'
nothing\t'null'
unrelated\t'status 200 and a body that says nothing of messages'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l log-megabytes -d 'Keep so many MB of log, and forget the oldest beyond' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l idle -d 'End after this long without a request' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l foreground -d 'Stay in the foreground and serve until interrupted'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l print-env -d 'Print the variables that point other AWS clients here, as `export NAME=value` lines'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l event-count-metrics -d 'The trigger publishes its EventCount metrics (`MetricsConfig`)'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l no-delayed-counter -d 'The queues do not tell how many messages are delayed'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l shared-log-group -d 'Both functions write to one log group'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l lookalike-lines -d 'The consumer prints lines that look like the runtime\'s words for failures'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -l no-batch-item-failures -d 'The trigger does not ask for batch item failures: it takes every answer for success'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -s o -l output -d 'How to print the result' -r -f -a "table\t'A table for people'
json\t'One versioned JSON document'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from help" -f -a "start" -d 'Start it, or give the running one these settings'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Stop it'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from help" -f -a "status" -d 'Say whether it runs, where, and with which settings'
complete -c edactl -n "__fish_edactl_using_subcommand local; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand completions" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand completions" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand completions" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand completions" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand completions" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand completions" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand completions" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand completions" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand completions" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand completions" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand completions" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand man" -l dir -d 'Write every page into this directory instead' -r -F
complete -c edactl -n "__fish_edactl_using_subcommand man" -s p -l pipeline -d 'The pipeline: a name from edactl.toml, or `local` for the embedded one' -r
complete -c edactl -n "__fish_edactl_using_subcommand man" -l producer -d 'The producer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand man" -l queue -d 'The queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand man" -l consumer -d 'The consumer function: name or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand man" -l dlq -d 'The dead-letter queue: name, URL or ARN' -r
complete -c edactl -n "__fish_edactl_using_subcommand man" -l region -d 'The AWS region' -r
complete -c edactl -n "__fish_edactl_using_subcommand man" -l profile -d 'The profile in the AWS configuration files' -r
complete -c edactl -n "__fish_edactl_using_subcommand man" -l endpoint-url -d 'Send every AWS call to this address (an emulator, a proxy)' -r
complete -c edactl -n "__fish_edactl_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c edactl -n "__fish_edactl_using_subcommand man" -l timeout -d 'How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)' -r
complete -c edactl -n "__fish_edactl_using_subcommand man" -s q -l quiet -d 'Print results and errors only: no progress, no hints'
complete -c edactl -n "__fish_edactl_using_subcommand man" -s v -l verbose -d 'Show each AWS call on stderr; twice: with request ids'
complete -c edactl -n "__fish_edactl_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "send" -d 'Invoke the producer with events and record what was sent'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "verify" -d 'Prove that every message of a run arrived'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "report" -d 'Show again what the last verify of a run found, without AWS'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "trace" -d 'Show one message\'s life with times, or how long a run\'s messages took'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "logs" -d 'Show both functions\' logs, merged in time order'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "dlq" -d 'Look into the dead-letter queue; send its letters again, or delete them'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "runs" -d 'List, show, compare and delete recorded runs'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "doctor" -d 'Check the pipeline\'s topology, settings and permissions; changes nothing'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "config" -d 'Write edactl.toml, or tell what is in force and where it comes from'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "local" -d 'Start, stop or inspect the embedded pipeline'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "completions" -d 'Print the shell completion script'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "man" -d 'Print a man page, or write all of them into a directory'
complete -c edactl -n "__fish_edactl_using_subcommand help; and not __fish_seen_subcommand_from send verify report trace logs dlq runs doctor config local completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from dlq" -f -a "list" -d 'Show the dead letters by reason, with the runs that they belong to'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from dlq" -f -a "peek" -d 'Look at single dead letters'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from dlq" -f -a "redrive" -d 'Send dead letters to their queue again'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from dlq" -f -a "export" -d 'Write dead letters with their bodies to a file, one JSON object a line'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from dlq" -f -a "delete" -d 'Delete dead letters for good'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from runs" -f -a "list" -d 'List the recorded runs, newest first'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from runs" -f -a "show" -d 'Show one run: what was sent, what its last verify found, what was redriven of it'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from runs" -f -a "diff" -d 'Show what differs between two runs of the same events'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from runs" -f -a "prune" -d 'Delete old records'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Write a commented edactl.toml for a pipeline'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Tell every setting in force, and where it comes from'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "path" -d 'Print the path of the configuration file in force'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "schema" -d 'Print the JSON Schema of edactl.toml, for editors'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from local" -f -a "start" -d 'Start it, or give the running one these settings'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from local" -f -a "stop" -d 'Stop it'
complete -c edactl -n "__fish_edactl_using_subcommand help; and __fish_seen_subcommand_from local" -f -a "status" -d 'Say whether it runs, where, and with which settings'
