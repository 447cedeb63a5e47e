// SPDX-License-Identifier: MIT
// The models of models.hpp in cimba's processes, with its own random numbers; prints what run_model.hpp
// prints. It has no cores that jobs share.
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cimba.h>

static double processor_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static uint32_t size;
static uint64_t operations;
static uint64_t left;
static double total;
static double begin_time, end_time;  // of the operations that count
static double begin_cpu, end_cpu;
static struct cmb_objectqueue* line;
static struct cmb_resource* repairman;

static void begin(void) {
  begin_time = cmb_time();
  begin_cpu = processor_seconds();
}

static void done(void) {
  --left;
  if (left == operations) begin();
  if (left > 0) return;
  end_cpu = processor_seconds();
  end_time = cmb_time();
  cmb_event_queue_clear();
}

// What the line holds is a time of arrival, as the bits of a pointer.
static void* arrive(struct cmb_process* self, void* context) {
  (void)self, (void)context;
  while (left > 0) {
    cmb_process_hold(cmb_random_exponential(1.0 / (0.8 * size)));
    const double now = cmb_time();
    void* object = NULL;
    memcpy(&object, &now, sizeof object);
    cmb_objectqueue_put(line, object);
  }
  return NULL;
}

static void* serve(struct cmb_process* self, void* context) {
  (void)self, (void)context;
  while (left > 0) {
    void* object = NULL;
    cmb_objectqueue_get(line, &object);
    double arrived = 0.0;
    memcpy(&arrived, &object, sizeof arrived);
    cmb_process_hold(cmb_random_exponential(1.0));
    total += cmb_time() - arrived;
    done();
  }
  return NULL;
}

static void* wait_again(struct cmb_process* self, void* context) {
  (void)self, (void)context;
  while (left > 0) {
    cmb_process_hold(cmb_random_exponential(1.0));
    done();
  }
  return NULL;
}

static void* run_and_break(struct cmb_process* self, void* context) {
  (void)self, (void)context;
  while (left > 0) {
    cmb_process_hold(cmb_random_exponential(size));
    cmb_resource_acquire(repairman);
    cmb_process_hold(cmb_random_exponential(1.0));
    cmb_resource_release(repairman);
    done();
  }
  return NULL;
}

static void start(cmb_process_func* code, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    struct cmb_process* const process = cmb_process_create();
    cmb_process_initialize(process, "process", code, NULL, 0);
    cmb_process_start(process);
  }
}

int main(int count, char** arguments) {
  if (count == 2 && strcmp(arguments[1], "--version") == 0) {
    puts(cimba_version());
    return 0;
  }
  const char* const model = count == 5 ? arguments[1] : "";
  if (strcmp(model, "queue") != 0 && strcmp(model, "hold") != 0 && strcmp(model, "repair") != 0) {
    fprintf(stderr, "usage: %s MODEL SIZE OPERATIONS SEED; models: queue hold repair\n", arguments[0]);
    return 2;
  }
  size = (uint32_t)strtoul(arguments[2], NULL, 10);
  operations = left = strtoull(arguments[3], NULL, 10);
  cmb_logger_flags_off(CMB_LOGGER_INFO);
  cmb_random_initialize(strtoull(arguments[4], NULL, 10));
  cmb_event_queue_initialize(0.0);
  line = cmb_objectqueue_create();
  cmb_objectqueue_initialize(line, "line", CMB_UNLIMITED);
  repairman = cmb_resource_create();
  cmb_resource_initialize(repairman, "repairman");
  const bool is_queue = strcmp(model, "queue") == 0;
  if (is_queue) {
    start(arrive, 1);
    start(serve, size);
  } else if (strcmp(model, "hold") == 0) {
    left += size;  // the first waits, in which processes begin, do not count
    start(wait_again, size);
  } else {
    start(run_and_break, size);
  }
  if (left == operations) begin();
  cmb_event_queue_execute();
  printf("{\"cpu_s\": %.9g, \"operations\": %llu, \"mean\": %.9g}\n", end_cpu - begin_cpu,
         (unsigned long long)operations,
         is_queue ? total / (double)operations : (double)operations / (end_time - begin_time));
  // Processes that wait for ever have no end that could be waited for.
  fflush(stdout);
  _Exit(0);
}
