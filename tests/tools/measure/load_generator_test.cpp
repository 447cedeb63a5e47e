// SPDX-License-Identifier: MIT
#include "tools/measure/load_generator.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "tests/tools/measure/http_server.hpp"
#include "tools/measure/command_line.hpp"
#include "tools/measure/latency_summary.hpp"
#include "tools/measure/measurement_error.hpp"

using measure::LoadGenerator;
using measure::LoadPlan;
using measure::Request;

namespace {

LoadPlan plan_for(const std::string& path, models::Count connections, models::Count limit) {
  LoadPlan plan;
  plan.requests = {Request{}};
  plan.requests[0].path = path;
  plan.connections = connections;
  plan.limit = limit;
  return plan;
}

struct Windowed {
  measure::LoadCounts counts;
  double seconds;
};

// Runs without a limit, beyond its window.
Windowed run_window(const measure::Address& address, LoadPlan plan, measure::Nanoseconds window) {
  plan.limit.reset();
  LoadGenerator generator(address, plan);
  const measure::Nanoseconds open = measure::monotonic_now() + 100'000'000;
  generator.set_window(open, open + window);
  std::thread runner([&] { generator.run(); });
  measure::sleep_until(open + window + 50'000'000);
  generator.stop();
  runner.join();
  return {generator.counts(), static_cast<double>(window) * 1e-9};
}

}  // namespace

TEST_CASE("every kind of answer is counted once and its connection kept where it can be") {
  const struct {
    const char* path;
    models::Count connections_opened;
  } kinds[] = {{"/fixed", 1}, {"/chunked", 1}, {"/empty", 1}, {"/until-close", 20}, {"/once", 20}};
  for (const auto& kind : kinds) {
    CAPTURE(kind.path);
    tests::HttpServer server;
    LoadGenerator generator(server.address(), plan_for(kind.path, 1, 20));
    generator.run();
    CHECK(generator.counts().answered_before == 20);
    CHECK(generator.counts().errors_before == 0);
    CHECK(generator.counts().connections_opened == kind.connections_opened);
    CHECK(server.served(std::string("GET ") + kind.path) == 20);
  }
}

TEST_CASE("without keep-alive every request asks for the end of its connection and gets a new one") {
  tests::HttpServer server;
  LoadPlan plan = plan_for("/fixed", 2, 30);
  plan.keep_alive = false;
  LoadGenerator generator(server.address(), plan);
  generator.run();
  CHECK(generator.counts().answered_before == 30);
  CHECK(generator.counts().connections_opened >= 30);
  CHECK(server.last_request().find("Connection: close\r\n") != std::string::npos);
}

TEST_CASE("a server that ends connections without saying so is noticed, and asked on new ones") {
  tests::HttpServer server;
  LoadGenerator generator(server.address(), plan_for("/rude", 4, 400));
  generator.run();
  const measure::LoadCounts& counts = generator.counts();
  CHECK(counts.ends_connections);
  CHECK(counts.answered_before + counts.errors_before == 400);
  CHECK(counts.errors_before < 40);  // those that it took to notice

  LoadGenerator patient(server.address(), plan_for("/fixed", 4, 400));
  patient.run();
  CHECK_FALSE(patient.counts().ends_connections);
}

TEST_CASE("method, headers and body reach the server, and weights share out the requests") {
  tests::HttpServer server;
  LoadPlan plan;
  plan.requests.resize(3);
  plan.requests[0].method = "POST";
  plan.requests[0].path = "/a";
  plan.requests[0].headers = {"X-Token: 7"};
  plan.requests[0].body = "k=v";
  plan.requests[0].weight = 3.0;
  plan.requests[1].method = "HEAD";
  plan.requests[1].path = "/b";
  plan.requests[2].path = "/never";
  plan.requests[2].weight = 0.0;
  plan.limit = 4000;
  LoadGenerator generator(server.address(), plan);
  generator.run();
  CHECK(generator.counts().answered_before == 4000);
  // Binomial(4000, 3/4): 3000 with a standard deviation of 27.4; four of them. The choices depend on the seed only.
  CHECK(std::abs(server.served("POST /a") - 3000) < 110);
  CHECK(server.served("POST /a") + server.served("HEAD /b") == 4000);
  plan.requests.resize(1);
  plan.limit = 1;
  LoadGenerator once(server.address(), plan);
  once.run();
  const std::string request = server.last_request();
  CHECK(request.find("X-Token: 7\r\n") != std::string::npos);
  CHECK(request.find("Content-Length: 3\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\n\r\nk=v"));
}

// A closed connection without think time is always in a request: over a window T the latencies of n connections
// sum to n T but for the requests that its edges cut, so X R = n within (longest latency) / T.
TEST_CASE("in a closed loop throughput times mean latency is the number of connections") {
  tests::HttpServer server;
  for (const models::Count connections : {1, 5}) {
    const Windowed windowed = run_window(server.address(), plan_for("/sleep", connections, 0), 1'000'000'000);
    const auto& latencies = windowed.counts.latencies;
    REQUIRE_FALSE(latencies.empty());
    double sum = 0.0;
    for (const measure::Nanoseconds latency : latencies) sum += static_cast<double>(latency) * 1e-9;
    const double longest = static_cast<double>(*std::max_element(latencies.begin(), latencies.end())) * 1e-9;
    const auto n = static_cast<double>(connections);
    CHECK(std::abs(sum / windowed.seconds - n) <= n * std::max(0.01, 2.0 * longest / windowed.seconds));
    CHECK(static_cast<models::Count>(latencies.size()) == windowed.counts.answered);
  }
}

// Gaps of a Poisson process of rate r: mean 1/r, standard deviation 1/r. The instants at which arrivals are due
// depend on the seed and not on the machine.
TEST_CASE("open arrivals are Poisson at the rate that was asked for") {
  tests::HttpServer server;
  LoadPlan plan = plan_for("/fixed", 50, 0);
  plan.rate = models::Rate{1000.0};
  plan.log = true;
  const Windowed windowed = run_window(server.address(), plan, 2'000'000'000);
  std::vector<double> starts;
  for (const auto& request : windowed.counts.log) starts.push_back(static_cast<double>(request.start) * 1e-9);
  std::sort(starts.begin(), starts.end());
  const auto number = static_cast<double>(starts.size()) - 1.0;
  REQUIRE(number > 1000.0);
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t i = 1; i < starts.size(); ++i) {
    const double gap = starts[i] - starts[i - 1];
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / number;
  const double deviation = std::sqrt(squares / number - mean * mean);
  CHECK(std::abs(mean * 1000.0 - 1.0) < 3.0 / std::sqrt(number));
  // The variance of exponential gaps is estimated with a relative standard error of sqrt(8 / n): half that for s.
  CHECK(std::abs(deviation * 1000.0 - 1.0) < 3.0 * std::sqrt(2.0 / number));
  CHECK(windowed.counts.errors == 0);
}

TEST_CASE("open arrivals beyond the connections wait, and their latency counts from when they were due") {
  tests::HttpServer server;
  LoadPlan plan = plan_for("/sleep", 1, 0);
  plan.rate = models::Rate{5000.0};   // one connection of 1 ms serves less than 1,000
  const Windowed windowed = run_window(server.address(), plan, 500'000'000);
  REQUIRE_FALSE(windowed.counts.latencies.empty());
  // After t seconds of overload the queue is at least 4,000 t long.
  CHECK(*std::max_element(windowed.counts.latencies.begin(), windowed.counts.latencies.end()) > 100'000'000);
  CHECK(windowed.counts.connections_opened == 1);
}

TEST_CASE("a load that ends has waited for every request that it sent, and sends no more than its limit") {
  tests::HttpServer server;
  LoadPlan plan = plan_for("/sleep", 8, 0);
  plan.limit.reset();
  LoadGenerator stopped(server.address(), plan);
  std::thread runner([&] { stopped.run(); });
  measure::sleep_for(100'000'000);
  stopped.stop();
  runner.join();
  const int until_stopped = server.served("GET /sleep");
  CHECK(until_stopped >= 8);
  CHECK(stopped.counts().answered_before == until_stopped);
  LoadGenerator limited(server.address(), plan_for("/sleep", 8, 11));
  limited.run();
  CHECK(limited.counts().answered_before == 11);
  CHECK(server.served("GET /sleep") == until_stopped + 11);
}

TEST_CASE("answers that are no success are errors with the first status kept") {
  tests::HttpServer server;
  LoadGenerator generator(server.address(), plan_for("/missing", 2, 10));
  generator.run();
  CHECK(generator.counts().answered_before == 0);
  CHECK(generator.counts().errors_before == 10);
  CHECK(generator.counts().first_bad_status == 404);
  CHECK(generator.counts().first_error == "status 404 for /missing");
}

TEST_CASE("a reset for an answer is an error, each time") {
  tests::HttpServer server;
  LoadGenerator generator(server.address(), plan_for("/reset", 2, 6));
  generator.run();
  CHECK(generator.counts().errors_before == 6);
  CHECK(generator.counts().first_error == "Connection reset by peer");
}

TEST_CASE("a port where nobody listens is an error and not a hang") {
  LoadGenerator generator({"127.0.0.1", measure::free_port()}, plan_for("/", 3, 6));
  generator.run();
  CHECK(generator.counts().errors_before == 6);
  CHECK(generator.counts().first_error == "Connection refused");
}

TEST_CASE("a request without an answer ends at its time limit") {
  tests::HttpServer server;
  LoadPlan plan = plan_for("/hang", 2, 2);
  plan.request_timeout = std::chrono::milliseconds(50);
  LoadGenerator generator(server.address(), plan);
  generator.run();
  CHECK(generator.counts().errors_before == 2);
  CHECK(generator.counts().first_error == "no answer within the time limit");
}

TEST_CASE("a plan that cannot be is refused in words") {
  const auto refusal = [](const LoadPlan& plan) -> std::string {
    try {
      LoadGenerator generator({"127.0.0.1", 1}, plan);
    } catch (const measure::MeasurementError& error) {
      return error.what();
    }
    return "";
  };
  LoadPlan plan = plan_for("/", 1, 1);
  plan.connections = 0;
  CHECK(refusal(plan) == "0 connections are not 1..100000");
  plan = plan_for("/", 1, 1);
  plan.requests[0].weight = 0.0;
  CHECK(refusal(plan) == "no request has a weight above 0");
  plan.requests.clear();
  CHECK(refusal(plan) == "a load needs at least one request");
}

TEST_CASE("a quantile of latencies is the order statistic") {
  std::vector<measure::Nanoseconds> latencies;
  for (int i = 100; i >= 1; --i) latencies.push_back(i * 1'000'000'000LL);
  const models::LatencySummary summary = measure::summarize(latencies);
  CHECK(summary.p50.seconds == doctest::Approx(50.0).epsilon(1e-12));
  CHECK(summary.p99.seconds == doctest::Approx(99.0).epsilon(1e-12));
  CHECK(summary.p999.seconds == doctest::Approx(100.0).epsilon(1e-12));
  CHECK(summary.mean.seconds == doctest::Approx(50.5).epsilon(1e-12));
  // The sample variance of 1..n is n (n + 1) / 12.
  CHECK(summary.stdev.seconds == doctest::Approx(std::sqrt(100.0 * 101.0 / 12.0)).epsilon(1e-12));
  std::vector<measure::Nanoseconds> none;
  CHECK(measure::summarize(none).max.seconds == 0.0);
}
