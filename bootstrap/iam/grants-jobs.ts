import { type Condition, type Grant, named, type Scope } from "./grant";
import { of } from "./need";

/** The queue of what schedules could not start (service/jobs/timetable.ts). */
export const jobQueues = named("sqs", "{}-jobs");
export const jobDefinitions = named("ecs", "task-definition/{}-*");
/** In their own cluster: a task definition of theirs in another's would run beside what is another's. */
export const inOwnCluster = (scope: Scope): Condition => ({
  ArnLike: { "ecs:cluster": named("ecs", "cluster/{}")(scope) },
});

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
  { sid: "RunJobs", actions: of("ecs", "RunTask"), on: jobDefinitions, when: inOwnCluster },
  { sid: "StopJobs", actions: of("ecs", "StopTask"), on: named("ecs", "task/{}/*") },
];
