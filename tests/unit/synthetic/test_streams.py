import hashlib

import numpy as np

from allocator.synthetic.streams import Streams


def test_drawing_in_pieces_gives_the_same_numbers_as_drawing_at_once() -> None:
    whole, pieces = Streams(3).open("taste"), Streams(3).open("taste")
    at_once = whole.normals(100_000)
    in_pieces = np.concatenate([pieces.normals(n) for n in (1, 69_999, 30_000)])
    assert np.array_equal(at_once, in_pieces)


def test_each_purpose_and_each_seed_has_numbers_of_its_own() -> None:
    drawn = [Streams(3).uniforms("a", 50), Streams(3).uniforms("b", 50), Streams(4).uniforms("a", 50)]
    assert len({numbers.tobytes() for numbers in drawn}) == 3


def test_normals_have_the_moments_and_tails_of_a_normal_distribution() -> None:
    z = Streams(1).normals("moments", 400_000)
    assert abs(z.mean()) < 0.01
    assert abs(z.std() - 1) < 0.01
    for bound, share in ((-2.0, 0.02275), (-1.0, 0.15866), (0.0, 0.5), (1.0, 0.84134), (3.0, 0.99865)):
        assert abs(np.mean(z < bound) - share) < 0.003


def test_the_numbers_are_those_of_every_other_machine() -> None:
    numbers = np.concatenate([Streams(2026).uniforms("pin", 5_000), Streams(2026).normals("pin", 5_000)])
    digest = hashlib.sha256(numbers.astype("<f8").tobytes()).hexdigest()
    assert digest == "4ddf32ffa49be94a94ddabdcbbaeb13a4488853f6a53b1fcc4680591dd56aa3d"
