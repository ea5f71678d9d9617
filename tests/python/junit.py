"""Holds a JUnit file against the schema of Jenkins' flavour, and its counts against its cases."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import xmlschema

file = sys.argv[1]
xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd")).validate(file)

root = ElementTree.parse(file).getroot()
for suites in [root, *root.iter("testsuite")]:
    cases = list(suites.iter("testcase"))
    for attribute, element in [
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ]:
        counted = sum(case.find(element) is not None for case in cases)
        assert int(suites.get(attribute)) == counted, (suites.attrib, attribute, counted)
    assert int(suites.get("tests")) == len(cases), (suites.attrib, len(cases))
names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
assert len(names) == len(set(names)), "two cases of one name are one to a viewer"
