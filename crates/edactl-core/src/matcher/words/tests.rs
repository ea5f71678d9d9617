use super::*;

#[test]
fn words_in_front_of_a_payload_are_those_in_front_of_another() {
    let mut known = KnownWords::default();
    for (payload, scalar) in [
        ("Processing {'edactl': 'm: 1'}", "Processing True"),
        ("Received message a1: {\"x\":1}", "Received message b2: 42"),
        ("got body=[1]", "got body=a plain text"),
    ] {
        let is_behind = |known: &KnownWords| {
            beginnings(scalar).any(|(words, rest)| known.knows(&words) && scalar.ends_with(rest))
        };
        assert!(!is_behind(&known), "{scalar}");
        assert!(known.learn(payload));
        assert!(!known.learn(payload));
        assert!(is_behind(&known), "{scalar}");
    }
    assert!(!known.learn("{\"x\":1}"));
}

#[test]
fn words_are_learned_in_front_of_a_value_or_a_colon() {
    for (message, words) in [
        ("Received message a1: 42", Some("Received message #")),
        ("Processing 'x'", Some("Processing")),
        ("order - {}", Some("order")),
        ("a plain text", None),
        (": 42", None),
        ("[1]", None),
    ] {
        let mut known = KnownWords::default();
        assert_eq!(known.learn(message), words.is_some(), "{message}");
        assert!(words.is_none_or(|words| known.knows(words)), "{message}");
        assert!(!known.knows("other words") && !known.knows(""), "{message}");
    }
}

#[test]
fn a_message_is_split_behind_each_of_its_first_words() {
    let splits: Vec<_> = beginnings("got b2=x y").collect();
    let words = |words: &str| words.to_owned();
    assert_eq!(
        splits,
        [
            (words("got"), "b2=x y"),
            (words("got #"), "x y"),
            (words("got #"), "y")
        ]
    );
    let long = "word ".repeat(MOST_WORDS + 3);
    assert_eq!(beginnings(&long).count(), MOST_WORDS);
}
