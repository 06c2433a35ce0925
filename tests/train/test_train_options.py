"""train.py's options: --help, defaults, recipes, and one sentence for a bad one."""

import re
import shlex
import subprocess
import sys

import pytest
from train_command import BEST, ROOT, RUNNER, SETTINGS, as_args, options_of, run, sentences

import train


def test_help_names_every_option_with_its_default():
    result = RUNNER.invoke(train.main, ["--help"], terminal_width=100)
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    for option in [
        *("--epochs N", "--lr, --learning-rate RATE", "--batch-size N", "--hidden N,N,..."),
        *("--momentum SHARE", "--weight-decay RATE", "--seed N", "--validation N", "--data DIR"),
        *("--recipe [plain|best]", "--falling-rate / --constant-rate", "--distort STRENGTH"),
        *("--load FILE", "--out DIR", "--run NAME", "--gif / --no-gif", "--save FILE", "--help"),
    ]:
        assert text.count(f" {option} ") == 1, option
    options = [param for param in train.main.params if param.name != "help"]
    assert len(options) == 17
    assert all(param.help and param.help[-1] == "." for param in options)
    for default in ("128,64", "50; x>=0", "0.1", "64; x>=1", "figs", "5000, or a tenth"):
        assert f"[default: {default}" in text or f"[default: ({default}" in text, default
    assert "python train.py --epochs" in text  # an example


def test_every_example_of_the_help_is_accepted(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.npz").touch()
    text = RUNNER.invoke(train.main, ["--help"]).output
    examples = re.findall(r"^ +python train\.py(.*)$", text, re.MULTILINE)
    assert len(examples) >= 2
    for example in examples:
        train.main.make_context("train.py", shlex.split(example))


def test_help_answers_at_once():
    code = (
        "import sys, train\n"
        "try: train.main(['--help'])\n"
        "except SystemExit: print([m for m in ('matplotlib', 'sklearn', 'PIL', 'torch')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_recipe_fills_in_what_is_not_said():
    plain, best = options_of(), options_of("--recipe", "best")
    assert SETTINGS.items() - {"epochs": 2, "validation": 143}.items() <= plain.items()
    assert plain["epochs"] == 50 and options_of("--recipe", "plain") == plain
    assert {**plain, **BEST, "recipe": "best"} == best


@pytest.mark.parametrize("first", [True, False], ids=["recipe first", "recipe last"])
@pytest.mark.parametrize(("name", "value"), [*SETTINGS.items(), ("distort", 2.5)])
def test_an_option_wins_over_the_recipe(first, name, value):
    recipe, option = ["--recipe", "best"], as_args({name: value})
    options = options_of(*(recipe + option if first else option + recipe))
    assert options == {**options_of(*recipe), name: value}


def test_help_shows_the_settings_of_a_recipe():
    help_texts = [
        " ".join(RUNNER.invoke(train.main, [*args, "--help"], terminal_width=100).output.split())
        for args in ([], ["--recipe", "best"])
    ]
    for text, defaults in zip(
        help_texts,
        [
            ("50; x>=0", "64; x>=1", "constant-rate", "0.0001"),
            ("175; x>=0", "128; x>=1", "falling-rate", "0.9", "1.0"),
        ],
        strict=True,
    ):
        assert all(f"[default: {default}]" in text for default in defaults)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ("--lr 0", "learning_rate must be a finite number above 0, but it is 0.0."),
        ("--lr -1", "learning_rate must be"),
        ("--lr nan", "learning_rate must be"),
        ("--lr fast", "'fast' is not a valid float"),
        ("--momentum 1", "momentum must be a number from 0 to just below 1, but it is 1.0."),
        ("--momentum -.1", "momentum must be"),
        ("--weight-decay -1", "weight_decay must be"),
        ("--weight-decay inf", "weight_decay must be"),
        ("--distort -1", "strength must be a number from 0 to 10, but it is -1.0."),
        ("--distort nan", "strength must be"),
        ("--distort much", "'much' is not a valid float"),
        ("--recipe good", "'good' is not one of"),
        ("--epochs 0", "--epochs 0 only tests a network: name its file with --load."),
        ("--epochs -1", "-1 is not in the range x>=0"),
        ("--epochs many", "'many' is not a valid integer"),
        ("--batch-size 0", "0 is not in the range x>=1"),
        ("--batch-size 6.4", "'6.4' is not a valid integer"),
        ("--seed -1", "-1 is not in the range x>=0"),
        ("--validation -1", "-1 is not in the range x>=0"),
        ("--validation 1437", "cannot hold out 1,437 of the 1,437 training images."),
        ("--validation 5000", "cannot hold out 5,000 of the 1,437 training images."),
        ("--hidden 128,x", "'128,x' is not a list of widths such as 128,64."),
        ("--hidden 128,,64", "is not a list of widths"),
        ("--hidden 128,0", "is not a list of widths"),
        ("--hidden -5", "is not a list of widths"),
        ("--hidden 1.5", "is not a list of widths"),
        ("--hidden 99999999999999", "--hidden asks for more memory than there is (79"),
        ("--hidden 9,99999999999999999999,9", "--hidden asks for more memory than there is"),
        ("--hidden 99999999,99999999", "parameters): choose less."),
        ("--run a/b", "'a/b' is not a plain name"),
        ("--run ..", "'..' is not a plain name"),
        ("--run ''", "'' is not a plain name"),
        ("--out FILE", "is a file"),
        ("--out FILE/x", "cannot write FILE"),
        ("--data FILE", "is a file"),
        ("--save FOLDER", "is a directory"),
        ("--save FILE/w.npz", "cannot write FILE"),
        ("--save ''", "'--save': the path is empty: leave the option out, or name one."),
        ("--save ' '", "'--save': the path is empty"),
        ("--save=", "'--save': the path is empty"),
        ("--out=", "'--out': the path is empty"),
        ("--data=", "'--data': the path is empty"),
        ("--load=", "'--load': the path is empty"),
        ("--save --no-gif", "'--no-gif' is no path: write ./--no-gif if you mean it."),
        ("--out --no-gif", "'--no-gif' is no path"),
        ("--save ~no-one-of-this-name/w", "'~no-one-of-this-name/w' is no path"),
        ("--load FOLDER", "is a directory"),
        ("--load FILE", "holds no weights written by MLP.save."),
        ("--load FOLDER/w.npz", "does not exist"),
        ("--load /dev/null", "cannot load /dev/null: it is no regular file."),
        ("--colour red", "No such option"),
        ("now", "unexpected extra argument"),
    ],
)
def test_a_bad_option_gets_one_sentence(undrawn, monkeypatch, tmp_path, args, says):
    monkeypatch.setattr(train, "train", None)  # nothing may be trained
    (tmp_path / "file").write_text("mine")
    words = [
        word.replace("FILE", str(tmp_path / "file")).replace("FOLDER", str(tmp_path))
        for word in shlex.split(args)
    ]
    result = run(tmp_path / "out", *words, code=2)
    (sentence,) = sentences(result.stderr)
    assert sentence.startswith("Error: ")
    assert says.replace("FILE", str(tmp_path / "file")) in sentence
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "file"]
    assert (tmp_path / "file").read_text() == "mine"
