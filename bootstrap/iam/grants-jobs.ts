import { type Grant, named } from "./grant";
import { inUsedCluster, ownDefinitions } from "./grants-containers";
import { of } from "./need";

/** The queue of what schedules could not start (service/jobs/timetable.ts). */
export const jobQueues = named("sqs", "{}-jobs");

export const jobs: Grant[] = [
  {
    sid: "Schedules",
    actions: of(
      "scheduler",
      "CreateSchedule",
      "CreateScheduleGroup",
      "DeleteSchedule",
      "DeleteScheduleGroup",
      "GetSchedule",
      "GetScheduleGroup",
      "ListTagsForResource",
      "TagResource",
      "UntagResource",
      "UpdateSchedule",
    ),
    on: named("scheduler", "schedule-group/{}", "schedule/{}/*"),
  },
  {
    sid: "DeadLetters",
    actions: of(
      "sqs",
      "CreateQueue",
      "DeleteQueue",
      "GetQueueAttributes",
      "ListQueueTags",
      "SetQueueAttributes",
      "TagQueue",
      "UntagQueue",
    ),
    on: jobQueues,
  },
  {
    // A task definition of theirs in another's cluster would run beside what is another's.
    sid: "RunJobs",
    actions: of("ecs", "RunTask"),
    on: ownDefinitions,
    when: inUsedCluster,
  },
  { sid: "StopJobs", actions: of("ecs", "StopTask"), on: named("ecs", "task/{}/*") },
];
