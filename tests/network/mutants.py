"""Break nn_core.py on purpose, in many ways, and see that the tests notice: `make mutants`.

Every mutant is one wrong piece of text in a copy of the module. A mutant that survives means that
a test is missing. Not part of `make test`, because it takes some minutes.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = ("nn_core.py", "nn_checks.py", "data/distortion.py")

MUTANTS = [  # (what stands in nn_core.py, what to put there)
    ("np.sqrt(2 / n_in)", "np.sqrt(1 / n_in)"),
    ("np.sqrt(2 / n_in)", "np.sqrt(2 / n_out)"),
    ("np.zeros(n_out, dtype)}", "np.ones(n_out, dtype)}"),
    ('x @ self.params["W"] + self.params["b"]', 'x @ self.params["W"] - self.params["b"]'),
    ('x @ self.params["W"] + self.params["b"]', 'x @ self.params["W"]'),
    ("= self.x.T @ dz", "= -self.x.T @ dz"),
    ("= self.x.T @ dz", "= self.x.T @ dz / len(dz)"),
    ("= self.x.T @ dz", "+= self.x.T @ dz"),
    ("dz.sum(axis=0)", "dz.mean(axis=0)"),
    ("dz.sum(axis=0)", "dz[0]"),
    ('dz @ self.params["W"].T if', 'dz @ self.params["W"].T.T if'),
    ('dz @ self.params["W"].T if', '-dz @ self.params["W"].T if'),
    ("self.mask = z > 0", "self.mask = np.maximum(z, 0) >= 0"),
    ("self.mask = z > 0", "self.mask = z >= 0"),
    ("self.mask = z > 0", "self.mask = z < 0"),
    ("return np.maximum(z, 0)", "return np.maximum(z, 0, out=z)"),
    ("return np.maximum(z, 0)", "return np.abs(z)"),
    ("return np.maximum(z, 0)", "return np.maximum(z, 0.01 * z)"),
    ("return da * self.mask", "da *= self.mask\n        return da"),
    ("return da * self.mask", "return da"),
    ("shifted = logits - logits.max(axis=-1, keepdims=True)", "shifted = logits"),
    ("logits.max(axis=-1, keepdims=True)", "logits.max()"),
    ("logits.max(axis=-1, keepdims=True)", "logits.min(axis=-1, keepdims=True)"),
    ("np.log(np.exp(shifted)", "np.log(1e-7 + np.exp(shifted)"),
    ("labels].mean()", "labels].sum()"),
    ("return -log_softmax(logits)", "return log_softmax(logits)"),
    ("self.labels] -= 1", "self.labels] += 1"),
    ("return dlogits / len(self.labels)", "return dlogits"),
    ("return dlogits / len(self.labels)", "return dlogits / dlogits.size"),
    ("return dlogits / len(self.labels)", "return -dlogits / len(self.labels)"),
    ("        self.layers.pop()", "        # self.layers.pop()"),
    ("self.layers[0].backward(dz, need_dx=False)", "self.layers[0].backward(dz)"),
    ("self.layers[0].backward(dz, need_dx=False)", "pass"),
    ("reversed(self.layers[1:])", "self.layers[1:]"),
    ("default_rng(seed)\n        self.layers = []", "default_rng()\n        self.layers = []"),
    ("other = copy.deepcopy(self)", "other = copy.copy(self)"),
    ("return softmax(self.forward(x))", "return self.forward(x)"),
    ("self.predict_proba(x).argmax(axis=1)", "self.predict_proba(x).argmin(axis=1)"),
    ("os.replace(partial, path)", "shutil = __import__('shutil'); shutil.copy(partial, path)"),
    ('partial = Path(f"{path}.partial")', "partial = Path(path)"),
    ("param[...] = saved[name]", "pass"),
    ("velocity *= self.momentum", "velocity *= 1 - self.momentum"),
    ("velocity += grad", "velocity += (1 - self.momentum) * grad"),
    ("velocity += grad", "velocity -= grad"),
    ("                grad = velocity", "                pass"),
    ("grad + self.weight_decay * param", "grad - self.weight_decay * param"),
    ("grad + self.weight_decay * param", "grad + 0.5 * self.weight_decay * param"),
    ("param -= float(self.learning_rate) * grad", "param += float(self.learning_rate) * grad"),
    ("param -= float(self.learning_rate) * grad", "param -= self.learning_rate * grad"),
    ("order = rng.permutation(len(x))", "order = np.arange(len(x))"),
    ("yield x[batch], labels[batch]", "yield x[batch], labels[start : start + batch_size]"),
    ("yield x[batch], labels[batch]", "yield x[np.sort(batch)], labels[np.sort(batch)]"),
    ("range(0, len(x), batch_size)", "range(0, len(x) - batch_size + 1, batch_size)"),
    ("/ 6) ** 2) / 2)", "/ 6) ** 2))"),
    ("    blur /= np.linalg.norm(blur, axis=1, keepdims=True)", "    pass"),
    ("axis=1, keepdims=True)  # blurred", "keepdims=True)  # blurred"),
    (
        "(blur @ rng.standard_normal((2, n, 28, 28)) @ blur.T)",
        "rng.standard_normal((2, n, 28, 28))",
    ),
    ("28)) @ blur.T)", "28)))"),
    ("tall * row - turn * column", "tall * row + turn * column"),
    ("tall * row - turn * column", "wide * row - turn * column"),
    ("+ (turn + slant) * row", "+ turn * row"),
    ("+ shift_down", ""),
    ("np.clip(row + down, -1, 28)", "np.clip(row + down, 0, 27)"),
    ("np.clip(column + right, -1, 28)", "np.clip(column + right, -1, 27)"),
    ("np.clip(row + down, -1, 28)", "np.clip(row - down, -1, 28)"),
    ("np.clip(row + down, -1, 28)", "np.clip(row + right, -1, 28)"),
    ("inside = (i > -1) & ", "inside = "),
    ("(j < 28)\n", "(j < 27)\n"),
    ("(1 - abs(y - i)) * (1 - abs(x - j)), 0)", "(1 - abs(y - i)) * (1 - abs(x - j)), 1)"),
    ("(1 - abs(y - i)) * (1 - abs(x - j))", "abs(y - i) * abs(x - j)"),
    ("28 * i + j, 0)", "28 * j + i, 0)"),
    ("shares.astype(images.dtype)", "shares"),
    ("strength * down, strength * right", "strength * down, right"),
    ("strength * down, strength * right", "down, right"),
    ("batch_size * math.ceil(2000 / batch_size)", "2000"),
    ("batch_size * math.ceil(2000 / batch_size)", "batch_size"),
    (
        "        pool = order[start : start + pool_size]",
        "        pool = np.arange(len(x))[start : start + pool_size]",
    ),
    ("np.split(pool, range(100, len(pool), 100))", "np.split(pool, [])"),
    (
        "from minibatches(np.concatenate(distorted), labels[pool]",
        "from minibatches(np.concatenate(distorted), labels[np.sort(pool)]",
    ),
    (
        "from minibatches(np.concatenate(distorted), labels[pool]",
        "from minibatches(x[pool], labels[pool]",
    ),
    ("    check_strength(strength)", "    pass"),
    ("    check_x(x, 784)", "    pass"),
    ("0 <= s <= 10", "0 <= s"),
    ("order[n_validation:], order[:n_validation]", "order, order[:n_validation]"),
    ("default_rng(seed).permutation(len(x))", "default_rng().permutation(len(x))"),
    (".argmax(axis=1) == labels).mean()", ".argmax(axis=1) != labels).mean()"),
    ("            optimizer.step(model.params_and_grads())", "            pass"),
    ("        if np.isfinite(loss):", "        if True:"),
    ("            check_loss(loss, epoch, step, optimizer)", "            pass"),
    ('np.errstate(over="ignore", invalid="ignore")', "np.errstate()"),
    ("            step += 1", "            step = len(losses) + 1"),
    ("float(np.mean(losses))", "float(losses[-1])"),
    (
        "        losses = []\n        for x_batch",
        "        rng = np.random.default_rng(seed)\n        losses = []\n        for x_batch",
    ),
    ("evaluate(model, *val) if val", "evaluate(model, x, labels) if val"),
    ("for nudge in (eps, -eps)", "for nudge in (eps, eps)"),
    ("/ (2 * eps) if smooth", "/ eps if smooth"),
    ("    param[where] = value\n", ""),
    ("if smooth else None", "if True else None"),
    ("model.astype(np.float64), x.astype(np.float64)", "model, x"),
    ("abs(backprop - numeric).max()", "(backprop - numeric).min()"),
    ("abs(backprop - numeric).max()", "0 * abs(backprop - numeric).max()"),
    ("low < 0 or", ""),
    ("high >= n_classes", "high > n_classes"),
    ("    check_finite(x)\n\n", "\n"),
    ("0 < v < np.inf", "0 <= v <= np.inf"),
    ("0 <= m < 1", "0 <= m <= 1"),
    ("0 <= w < np.inf", "0 <= w <= np.inf"),
    ("        check_linear(n_in, n_out, dtype)", "        pass"),
    ('np.dtype(dtype).kind != "f"', "False"),
    ('check_count("n_out", n_out)', "pass"),
    ("    check_batches(x, labels, batch_size)\n    order", "    order"),
    ("    check_batches(x, labels, batch_size)\n    check_strength", "    check_strength"),
    ('check_shape("x", x, (None, *np.shape(x)[1:]))', "pass"),
    ('check_shape("labels", labels, (len(x),))', "pass"),
    ("check_gradient_check(model, x, labels, entries, eps)", "check_data(x, labels, model)"),
    ('check_count("entries", entries)', "pass"),
    ('check_positive("eps", eps)', "pass"),
    ('check_shape("a parameter\'s gradient", grad, param.shape)', "pass"),
    ("or len(val) != 2", ""),
    ("if not isinstance(val, (tuple, list)) or", "if"),
    ("all(n and wanted in (None, n)", "all(wanted in (None, n)"),
    ("len(found) != len(shape) or not all", "not all"),
    ('.replace("None", "M")', ""),
]

FILES = ("network/test_nn_core.py", "data/test_distortion.py", "network/test_against_torch.py")


def failure(sources):
    """Return the first test that fails on the modules {path: text}, or None if none does."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "tests", Path(folder, "tests"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        shutil.copytree(ROOT / "data", Path(folder, "data"), ignore=shutil.ignore_patterns("MNIST"))
        for path, text in sources.items():
            Path(folder, path).write_text(text, encoding="utf-8")
        for file in FILES:
            command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
            command.append(f"tests/{file}")
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            if done.returncode:
                lines = [x for x in done.stdout.splitlines() if x.startswith(("FAILED", "ERROR"))]
                return lines[0].split(" - ")[0] if lines else done.stdout + done.stderr
    return None


def main():
    sources = {path: (ROOT / path).read_text(encoding="utf-8") for path in MODULES}
    if problem := failure(sources):
        sys.exit(f"the tests fail on the modules as they are: {problem}")
    survivors = 0
    for i, (right, wrong) in enumerate(MUTANTS, 1):
        path = next((path for path in MODULES if right in sources[path]), None)
        if path is None:
            sys.exit(f"mutant {i} has nothing to change: {right!r}")
        mutated = sources | {path: sources[path].replace(right, wrong, 1)}
        verdict = failure(mutated) or "SURVIVED"
        survivors += verdict == "SURVIVED"
        print(f"{i:3} {right.strip()!r} -> {wrong.strip()!r}: {verdict}", flush=True)
    print(f"{len(MUTANTS) - survivors} of {len(MUTANTS)} mutants were caught")
    sys.exit(survivors > 0)


if __name__ == "__main__":
    main()
