"""The images that the lab trains on, and those that it is measured on, without a second copy."""

import numpy as np

from nn_core import train_validation_split


def hold_back(data, n_validation=None):
    """Return x, labels, x_val, labels_val out of the training images of a `Dataset`.

    The last ones are held back, if they are a fair sample: so all are views, and a visitor's lab
    does not cost 190 MB for a shuffled copy of MNIST. Raises ValueError if there are too few.
    """
    x, labels = data.x_train, data.labels_train
    if n_validation is None:
        n_validation = 5000 if len(x) > 10_000 else len(x) // 4
        if n_validation < 1:
            raise ValueError(
                f"the lab holds back a quarter of the training images, and {data.name} has only "
                f"{len(x)}: take a data set with at least 4"
            )
    if n_validation < len(x) and is_fair(labels, n_validation):
        return x[:-n_validation], labels[:-n_validation], x[-n_validation:], labels[-n_validation:]
    return train_validation_split(x, labels, n_validation)


def is_fair(labels, count):
    """Is every digit as frequent among the last `count` labels as among all, by a factor of 2?"""
    if not isinstance(count, int) or not 0 < count < len(labels):
        return False
    every = np.bincount(labels, minlength=10) / len(labels)
    last = np.bincount(labels[-count:], minlength=10) / count
    return bool((last >= every / 2).all() and (last <= 2 * every).all())
