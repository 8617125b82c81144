"""``python -m attrition_nlp`` is the same as ``attrition-nlp``."""

from attrition_nlp.cli import main

main()
