#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of check_floors.py on small planted trees: each rule must fire where it is broken and only there."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_floors  # noqa: E402

CLEAN = {
    "sim/CMakeLists.txt": "forkcast_room(sim core)\nforkcast_room(sim stats DEPENDS sim_core)\n"
                          "forkcast_room(sim experiment DEPENDS sim_stats TBB::tbb)\n",
    "models/CMakeLists.txt": "# forkcast_room(models scenario DEPENDS models_nowhere)\n"
                             "forkcast_room(models host DEPENDS sim_core)\n"
                             "forkcast_room(models scenario DEPENDS\n              models_host yaml-cpp)\n",
    "sim/core/time.hpp": "#include <compare>\n#include <cstdint>\n",
    "sim/stats/interval.cpp": "#include <boost/math/distributions.hpp>\n#include \"sim/core/time.hpp\"\n",
    "sim/experiment/runner.cpp": "#include <tbb/parallel_for.h>\n#include <mutex>\n#include \"sim/core/time.hpp\"\n",
    "models/host/host.hpp": "#include <vector>\n#include \"sim/core/time.hpp\"\n",
    "models/scenario/reader.cpp": "#include <yaml-cpp/yaml.h>\n#include <sys/stat.h>\n#include <unistd.h>\n"
                                  "#include \"models/host/host.hpp\"\n#include \"sim/core/time.hpp\"\n",
    "tools/cli/main.cpp": "  #  include <CLI/CLI.hpp>\n#include \"models/host/host.hpp\"\n",
    "tests/sim/time_test.cpp": "#include <doctest/doctest.h>\n#include <random>\n#include \"sim/core/time.hpp\"\n",
}


class CheckFloors(unittest.TestCase):
    def problems(self, **planted):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in {**CLEAN, **planted.get("files", {})}.items():
                file = root / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return check_floors.check(root)

    def assert_one(self, path, line, words, text):
        problems = self.problems(files={path: text})
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(f"{path}:{line}: "), problems)
        self.assertIn(words, problems[0])

    def test_a_clean_tree_has_no_problem(self):
        self.assertEqual(self.problems(), [])

    def test_a_lower_floor_must_not_see_a_higher_one(self):
        self.assert_one("sim/core/a.cpp", 2, "reaches up",
                        '#include <vector>\n#include "models/host/host.hpp"\n')
        self.assert_one("models/host/a.cpp", 1, "reaches up", '#include "tools/cli/main.cpp"\n')

    def test_nothing_sees_the_tests(self):
        self.assert_one("tools/cli/a.cpp", 1, "see the tests", '#include "tests/sim/time_test.cpp"\n')

    def test_a_room_sees_only_what_it_depends_on(self):
        self.assert_one("sim/core/a.cpp", 1, "does not depend on sim/stats", '#include "sim/stats/interval.cpp"\n')
        self.assert_one("models/host/a.cpp", 1, "does not depend on models/scenario",
                        '#include "models/scenario/reader.cpp"\n')

    def test_third_party_headers_stay_in_their_rooms(self):
        for header in ("yaml-cpp/yaml.h", "CLI/CLI.hpp", "Eigen/Dense", "tbb/parallel_for.h", "boost/math/x.hpp",
                       "nlohmann/json.hpp", "doctest/doctest.h", "thread", "termios.h", "random"):
            with self.subTest(header=header):
                self.assert_one("models/host/a.cpp", 1, header, f"#include <{header}>\n")

    def test_the_engine_knows_only_the_standard_library(self):
        self.assert_one("sim/core/a.cpp", 1, "fmt/format.h", "#include <fmt/format.h>\n")

    def test_an_undecided_third_party_header_is_reported(self):
        self.assert_one("tools/cli/a.cpp", 1, "decide", "#include <rapidjson/document.h>\n")
        self.assert_one("tools/cli/a.cpp", 1, "decide", "#include <zlib.h>\n")

    def test_an_include_names_a_file_by_its_path_from_the_root(self):
        self.assert_one("sim/core/a.cpp", 1, "path from its root", '#include "time.hpp"\n')
        self.assert_one("tests/sim/a.cpp", 1, "path from its root", '#include "../../sim/core/time.hpp2"\n')
        self.assert_one("sim/core/a.cpp", 1, "must name its file", "#include MACRO\n")


if __name__ == "__main__":
    unittest.main()
