
use builtin;
use str;

set edit:completion:arg-completer[edactl] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'edactl'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'edactl'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand send 'Invoke the producer with events and record what was sent'
            cand verify 'Prove that every message of a run arrived'
            cand report 'Show again what the last verify of a run found, without AWS'
            cand trace 'Show one message''s life with times, or how long a run''s messages took'
            cand logs 'Show both functions'' logs, merged in time order'
            cand dlq 'Look into the dead-letter queue; send its letters again, or delete them'
            cand runs 'List, show, compare and delete recorded runs'
            cand doctor 'Check the pipeline''s topology, settings and permissions; changes nothing'
            cand config 'Write edactl.toml, or tell what is in force and where it comes from'
            cand local 'Start, stop or inspect the embedded pipeline'
            cand completions 'Print the shell completion script'
            cand man 'Print a man page, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;send'= {
            cand --repeat 'Send each event this many times'
            cand --concurrency 'Invocations under way at once'
            cand --rate 'At most this many invocations per second, such as 5 or 0.5'
            cand --marker-field 'The field that carries the marker in entries that are JSON objects'
            cand --invoke-timeout 'How long to wait for one invocation''s answer before calling it in doubt'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --no-marker 'Send the entries untouched; they are recognised by their content'
            cand -y 'Do not ask before sending to a pipeline marked as production'
            cand --yes 'Do not ask before sending to a pipeline marked as production'
            cand --dry-run 'Show what would be sent, with markers; send nothing'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;verify'= {
            cand --run 'Verify this recorded run: its id, a unique beginning of it, or `last`'
            cand --repeat 'Send each event this many times'
            cand --concurrency 'Invocations under way at once'
            cand --rate 'At most this many invocations per second, such as 5 or 0.5'
            cand --marker-field 'The field that carries the marker in entries that are JSON objects'
            cand --invoke-timeout 'How long to wait for one invocation''s answer before calling it in doubt'
            cand --witness 'The witnesses to hear'
            cand --require 'Without the word of these witnesses the verdict is undetermined (exit 4)'
            cand --accept 'Where the consumer logs nothing about messages: take these for enough'
            cand --metrics-wait 'How long to wait for the metrics once the logs have proven every message'
            cand --settle 'How long the queue must be empty, without a trace in the logs, before a message counts as lost (default: 10m, on the embedded pipeline a little over its log delay)'
            cand --max-latency 'Limits on the time from the invocation to the receipt, such as p95=5s,max=30s; a broken one makes the run disproven'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand --junit 'Also write the result as JUnit XML: a message a test case'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --no-marker 'Send the entries untouched; they are recognised by their content'
            cand -y 'Do not ask before sending to a pipeline marked as production'
            cand --yes 'Do not ask before sending to a pipeline marked as production'
            cand --exactly-once 'A message received twice is a failure (standard queues deliver at least once)'
            cand --github 'Also write GitHub annotations (to stderr) and the step summary; on its own under GitHub Actions'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;report'= {
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand --junit 'Also write the result as JUnit XML: a message a test case'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --github 'Also write GitHub annotations (to stderr) and the step summary; on its own under GitHub Actions'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;trace'= {
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;logs'= {
            cand --from 'Whose logs'
            cand --group 'Read these log groups instead of the functions'' own'
            cand --since 'From when: a duration ago (5m) or a time (default: 10m; with --run: the run''s start; with --tail: 1d)'
            cand --until 'Until when: a duration ago or a time (default: now)'
            cand --tail 'Only the last N lines (with --follow: N lines, then what comes)'
            cand -o 'How to print the lines'
            cand --output 'How to print the lines'
            cand --grep 'Only lines that this regular expression matches (repeated: each of them)'
            cand --exclude 'No line that this regular expression matches'
            cand --level 'Only lines of this level or a more serious one'
            cand --context 'How many lines around an error'
            cand --run 'Only lines that show a message of this run (its marker, its SQS message id, or the request id of an invocation of the producer): its id, a unique beginning of it, or `last`'
            cand --request-id 'Only lines of this invocation (its request id, or the beginning of it)'
            cand --highlight 'Make what this regular expression matches stand out'
            cand --template 'Print each line by this template, such as ''{time} {short_id} {message}'''
            cand --poll 'Look for new lines this often (default: often while lines come, less so in quiet times)'
            cand --for 'End after this long'
            cand --until-run 'End once every message of this run has been seen in the consumer''s log: its id, a unique beginning of it, or `last`'
            cand --count-by 'Count the lines on AWS''s own engine (Logs Insights, about 0.005 $ for each GB scanned) instead of reading them; --grep and --exclude choose which'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -f 'Keep printing new lines until interrupted'
            cand --follow 'Keep printing new lines until interrupted'
            cand --only-errors 'Only errors and failed invocations, with the lines around them in the same log stream'
            cand --platform 'Show the platform''s lines (START, END, REPORT, INIT_START) as they are, not folded into one summary for each invocation; -o raw and -o json always do'
            cand --no-platform 'Leave out the platform''s lines'
            cand --utc 'Times in UTC instead of local time'
            cand --relative 'Times as how long ago'
            cand --no-pager 'No pager for a history on a terminal'
            cand --live 'Have CloudWatch push the lines (Live Tail, about 0.01 $ a minute after 1,800 free ones a month); what it samples or drops is read besides, so that nothing is missing'
            cand --explain 'Show the query on stderr, before it runs'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;dlq'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'Show the dead letters by reason, with the runs that they belong to'
            cand peek 'Look at single dead letters'
            cand redrive 'Send dead letters to their queue again'
            cand export 'Write dead letters with their bodies to a file, one JSON object a line'
            cand delete 'Delete dead letters for good'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;dlq;list'= {
            cand --run 'Only letters of this run: its id, a unique beginning of it, or `last`'
            cand --reason 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)'
            cand --id 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)'
            cand --older 'Only letters that were first sent longer ago than this, such as 1h'
            cand --newer 'Only letters that were first sent less long ago than this'
            cand --where 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)'
            cand --limit 'Look at this many letters at most'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;dlq;peek'= {
            cand --run 'Only letters of this run: its id, a unique beginning of it, or `last`'
            cand --reason 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)'
            cand --id 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)'
            cand --older 'Only letters that were first sent longer ago than this, such as 1h'
            cand --newer 'Only letters that were first sent less long ago than this'
            cand --where 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)'
            cand --limit 'Look at this many letters at most'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --show-body 'Show the bodies, too: they are payloads, which may be confidential'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;dlq;redrive'= {
            cand --run 'Only letters of this run: its id, a unique beginning of it, or `last`'
            cand --reason 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)'
            cand --id 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)'
            cand --older 'Only letters that were first sent longer ago than this, such as 1h'
            cand --newer 'Only letters that were first sent less long ago than this'
            cand --where 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)'
            cand --rate 'At most this many letters per second (a message move task takes up to 500)'
            cand --to 'Send them to this queue (name, URL or ARN) instead of where they came from'
            cand --limit 'Look at this many letters at most'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --all 'Every letter, by a message move task of SQS (StartMessageMoveTask)'
            cand --cancel 'Stop the message move task that is under way'
            cand --one-by-one 'With --all: have edactl send each letter and delete it then, instead of a message move task; old and new message ids are recorded'
            cand --any-source 'Also letters that came from other queues than the pipeline''s'
            cand --verify 'Then verify the runs that the letters belong to'
            cand --dry-run 'Show what would be sent again; send and delete nothing'
            cand -y 'Do not ask before sending to a pipeline marked as production'
            cand --yes 'Do not ask before sending to a pipeline marked as production'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;dlq;export'= {
            cand --run 'Only letters of this run: its id, a unique beginning of it, or `last`'
            cand --reason 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)'
            cand --id 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)'
            cand --older 'Only letters that were first sent longer ago than this, such as 1h'
            cand --newer 'Only letters that were first sent less long ago than this'
            cand --where 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)'
            cand --limit 'Look at this many letters at most'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --force 'Write over a file that is already there'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;dlq;delete'= {
            cand --run 'Only letters of this run: its id, a unique beginning of it, or `last`'
            cand --reason 'Only letters whose reason contains this text (`unknown`: no recorded run tells why)'
            cand --id 'Only the letter with this message id, or a unique beginning of it (repeated: each of them)'
            cand --older 'Only letters that were first sent longer ago than this, such as 1h'
            cand --newer 'Only letters that were first sent less long ago than this'
            cand --where 'Only letters whose JSON body has this value at this path, such as customer.id=17 or /items/0/sku=a; without a value: has the path (repeated: all of them)'
            cand --limit 'Look at this many letters at most'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --all 'Every letter that can be looked at'
            cand --dry-run 'Show what would be deleted; delete nothing'
            cand -y 'Do not ask for the queue''s name'
            cand --yes 'Do not ask for the queue''s name'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;dlq;help'= {
            cand list 'Show the dead letters by reason, with the runs that they belong to'
            cand peek 'Look at single dead letters'
            cand redrive 'Send dead letters to their queue again'
            cand export 'Write dead letters with their bodies to a file, one JSON object a line'
            cand delete 'Delete dead letters for good'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;dlq;help;list'= {
        }
        &'edactl;dlq;help;peek'= {
        }
        &'edactl;dlq;help;redrive'= {
        }
        &'edactl;dlq;help;export'= {
        }
        &'edactl;dlq;help;delete'= {
        }
        &'edactl;dlq;help;help'= {
        }
        &'edactl;runs'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List the recorded runs, newest first'
            cand show 'Show one run: what was sent, what its last verify found, what was redriven of it'
            cand diff 'Show what differs between two runs of the same events'
            cand prune 'Delete old records'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;runs;list'= {
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;runs;show'= {
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;runs;diff'= {
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;runs;prune'= {
            cand --older 'Delete runs that began longer ago than this, such as 30d (default: `keep_runs` of edactl.toml)'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --unverified 'Also runs that were never verified: what became of them cannot be told afterwards'
            cand --dry-run 'Show what would be deleted; delete nothing'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;runs;help'= {
            cand list 'List the recorded runs, newest first'
            cand show 'Show one run: what was sent, what its last verify found, what was redriven of it'
            cand diff 'Show what differs between two runs of the same events'
            cand prune 'Delete old records'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;runs;help;list'= {
        }
        &'edactl;runs;help;show'= {
        }
        &'edactl;runs;help;diff'= {
        }
        &'edactl;runs;help;prune'= {
        }
        &'edactl;runs;help;help'= {
        }
        &'edactl;doctor'= {
            cand --fail-on 'End with exit code 1 from this severity on'
            cand --junit 'Write the findings as JUnit XML into this file'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --policy 'Print the least-privilege policy that edactl needs for this pipeline, and check nothing'
            cand --with-dlq 'With --policy: also what `dlq redrive` and `dlq delete` need, which send and delete'
            cand --notes 'Also tell notes: settings worth knowing that nothing is wrong with'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;config'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand init 'Write a commented edactl.toml for a pipeline'
            cand show 'Tell every setting in force, and where it comes from'
            cand path 'Print the path of the configuration file in force'
            cand schema 'Print the JSON Schema of edactl.toml, for editors'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;config;init'= {
            cand --from-terraform 'Take the pipeline from Terraform: its directory, or a file with what `terraform output -json` or `terraform show -json` printed'
            cand --from-stack 'Take the pipeline from the CloudFormation (SAM, CDK, Serverless) stack of this name'
            cand --file 'The file to write'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --force 'Write over a file that is already there'
            cand --offline 'Do not ask AWS whether the pipeline is there and what else belongs to it'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;config;show'= {
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --offline 'Do not ask AWS: leave out what discovery would find'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;config;path'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;config;schema'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;config;help'= {
            cand init 'Write a commented edactl.toml for a pipeline'
            cand show 'Tell every setting in force, and where it comes from'
            cand path 'Print the path of the configuration file in force'
            cand schema 'Print the JSON Schema of edactl.toml, for editors'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;config;help;init'= {
        }
        &'edactl;config;help;show'= {
        }
        &'edactl;config;help;path'= {
        }
        &'edactl;config;help;schema'= {
        }
        &'edactl;config;help;help'= {
        }
        &'edactl;local'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand start 'Start it, or give the running one these settings'
            cand stop 'Stop it'
            cand status 'Say whether it runs, where, and with which settings'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;local;start'= {
            cand --port 'The port on 127.0.0.1; 0 takes a free one'
            cand --fault 'Misbehave: NAME=PROBABILITY, such as drop=0.01,duplicate=0.05,consumer-error=0.1'
            cand --seed 'Seed for the faults'' dice, to see the same misbehaviour again'
            cand --log-delay 'Log lines can be read only this long after they were written'
            cand --metric-delay 'Metrics are published only this long after they were measured'
            cand --queue-delay 'The queue hands out a message only this long after it was sent (`DelaySeconds`)'
            cand --traffic 'Somebody else sends this many messages per second to the queue'
            cand --throttle 'Refuse what goes beyond this many requests per second and service, as AWS throttles'
            cand --log-format 'The functions'' log format'
            cand --log-style 'How the consumer logs its messages'
            cand --idle 'End after this long without a request'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --foreground 'Stay in the foreground and serve until interrupted'
            cand --print-env 'Print the variables that point other AWS clients here, as `export NAME=value` lines'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;local;stop'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;local;status'= {
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;local;help'= {
            cand start 'Start it, or give the running one these settings'
            cand stop 'Stop it'
            cand status 'Say whether it runs, where, and with which settings'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;local;help;start'= {
        }
        &'edactl;local;help;stop'= {
        }
        &'edactl;local;help;status'= {
        }
        &'edactl;local;help;help'= {
        }
        &'edactl;completions'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;man'= {
            cand --dir 'Write every page into this directory instead'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;help'= {
            cand send 'Invoke the producer with events and record what was sent'
            cand verify 'Prove that every message of a run arrived'
            cand report 'Show again what the last verify of a run found, without AWS'
            cand trace 'Show one message''s life with times, or how long a run''s messages took'
            cand logs 'Show both functions'' logs, merged in time order'
            cand dlq 'Look into the dead-letter queue; send its letters again, or delete them'
            cand runs 'List, show, compare and delete recorded runs'
            cand doctor 'Check the pipeline''s topology, settings and permissions; changes nothing'
            cand config 'Write edactl.toml, or tell what is in force and where it comes from'
            cand local 'Start, stop or inspect the embedded pipeline'
            cand completions 'Print the shell completion script'
            cand man 'Print a man page, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;help;send'= {
        }
        &'edactl;help;verify'= {
        }
        &'edactl;help;report'= {
        }
        &'edactl;help;trace'= {
        }
        &'edactl;help;logs'= {
        }
        &'edactl;help;dlq'= {
            cand list 'Show the dead letters by reason, with the runs that they belong to'
            cand peek 'Look at single dead letters'
            cand redrive 'Send dead letters to their queue again'
            cand export 'Write dead letters with their bodies to a file, one JSON object a line'
            cand delete 'Delete dead letters for good'
        }
        &'edactl;help;dlq;list'= {
        }
        &'edactl;help;dlq;peek'= {
        }
        &'edactl;help;dlq;redrive'= {
        }
        &'edactl;help;dlq;export'= {
        }
        &'edactl;help;dlq;delete'= {
        }
        &'edactl;help;runs'= {
            cand list 'List the recorded runs, newest first'
            cand show 'Show one run: what was sent, what its last verify found, what was redriven of it'
            cand diff 'Show what differs between two runs of the same events'
            cand prune 'Delete old records'
        }
        &'edactl;help;runs;list'= {
        }
        &'edactl;help;runs;show'= {
        }
        &'edactl;help;runs;diff'= {
        }
        &'edactl;help;runs;prune'= {
        }
        &'edactl;help;doctor'= {
        }
        &'edactl;help;config'= {
            cand init 'Write a commented edactl.toml for a pipeline'
            cand show 'Tell every setting in force, and where it comes from'
            cand path 'Print the path of the configuration file in force'
            cand schema 'Print the JSON Schema of edactl.toml, for editors'
        }
        &'edactl;help;config;init'= {
        }
        &'edactl;help;config;show'= {
        }
        &'edactl;help;config;path'= {
        }
        &'edactl;help;config;schema'= {
        }
        &'edactl;help;local'= {
            cand start 'Start it, or give the running one these settings'
            cand stop 'Stop it'
            cand status 'Say whether it runs, where, and with which settings'
        }
        &'edactl;help;local;start'= {
        }
        &'edactl;help;local;stop'= {
        }
        &'edactl;help;local;status'= {
        }
        &'edactl;help;completions'= {
        }
        &'edactl;help;man'= {
        }
        &'edactl;help;help'= {
        }
    ]
    $completions[$command]
}
