import { type Needs, of } from "./need";

/** What a job's schedule takes; its task takes what a service's does. */
export const jobs: Readonly<Record<string, Needs>> = {
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    like: "AWS::Scheduler::ScheduleGroup",
    create: of("scheduler", "CreateScheduleGroup", "TagResource"),
    read: of("scheduler", "GetScheduleGroup", "ListTagsForResource"),
    update: of("scheduler", "TagResource", "UntagResource"),
    // With it AWS deletes the schedules in it, in the caller's name.
    delete: of("scheduler", "DeleteScheduleGroup", "DeleteSchedule"),
  },
  "aws:scheduler/schedule:Schedule": {
    like: "AWS::Scheduler::Schedule",
    create: [...of("scheduler", "CreateSchedule"), ...of("iam", "PassRole")],
    read: of("scheduler", "GetSchedule"),
    update: [...of("scheduler", "UpdateSchedule"), ...of("iam", "PassRole")],
    delete: of("scheduler", "DeleteSchedule"),
  },
  "aws:sqs/queue:Queue": {
    like: "AWS::SQS::Queue",
    create: of("sqs", "CreateQueue", "TagQueue"),
    read: of("sqs", "GetQueueAttributes", "ListQueueTags"),
    update: of("sqs", "SetQueueAttributes", "TagQueue", "UntagQueue"),
    delete: of("sqs", "DeleteQueue"),
  },
};

/** What `npm run job` takes besides the second look (tools/job). */
export const jobRun: readonly string[] = [...of("ecs", "RunTask", "StopTask"), ...of("iam", "PassRole")];
