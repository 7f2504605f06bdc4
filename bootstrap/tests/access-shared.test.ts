import { type Policy, workloadBoundary } from "../iam/policies";
import {
  arn,
  asks,
  boundary,
  type Case,
  check,
  deploys,
  pullRequest,
  role,
  stateOf,
  tagged,
} from "./support/requests";
import { state } from "./support/scope";

const shares = (): Policy[] => deploys(pullRequest);
const tasks = (): Policy[] => [workloadBoundary(pullRequest, state, { secrets: [], actions: [] })];
const link = { ...tagged("dev"), "aws:ResourceTag/Name": "network-link" };
const inCluster = { "ecs:cluster": arn("ecs", "cluster/flask-app-fargate-dev") };
const service = (name: string): string => arn("ecs", `service/flask-app-fargate-dev/${name}`);
const task = arn("ecs", "task/flask-app-fargate-dev/0a");
const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };

const may = (what: string, action: string, resource: string, context = {}): Case => [
  `may ${what}`,
  shares,
  { action, resource, context },
  true,
];
const mayNot = (what: string, action: string, resource: string, context = {}): Case => [
  `may not ${what}`,
  shares,
  { action, resource, context },
  false,
];

describe("what the role of pull requests may do within dev, which they share", () => {
  const stateFile = stateOf("stacks/flask-app-fargate/dev.json");
  check([
    may("read its state", "s3:GetObject", stateFile),
    mayNot("write its state", "s3:PutObject", stateFile),
    mayNot("delete its state", "s3:DeleteObject", stateFile),
    mayNot("lock it", "s3:PutObject", stateOf("locks/organization/flask-app-fargate/dev/1.json")),
    mayNot("read its history", "s3:GetObject", stateOf("history/flask-app-fargate/dev/1.json")),
    mayNot("read production's state", "s3:GetObject", stateOf("stacks/flask-app-fargate/prod.json")),
    may("write a pull request's", "s3:PutObject", stateOf("stacks/flask-app-fargate/pr-7.json")),
    may("decrypt what it hands out", "kms:Decrypt", state.keyArn),

    may("make a service in its cluster", "ecs:CreateService", service("pr-7--flask")),
    may("start its own tasks by it", "ecs:CreateService", service("pr-7--flask"), {
      "ecs:task-definition": arn("ecs", "task-definition/flask-app-fargate-pr-7-flask:1"),
    }),
    mayNot("start dev's by it, with dev's roles", "ecs:CreateService", service("pr-7--flask"), {
      "ecs:task-definition": arn("ecs", "task-definition/flask-app-fargate-dev-flask:1"),
    }),
    mayNot("start dev's by one that is there", "ecs:UpdateService", service("pr-7--flask"), {
      "ecs:task-definition": arn("ecs", "task-definition/flask-app-fargate-dev-flask:1"),
    }),
    may("change how many there are", "ecs:UpdateService", service("pr-7--flask")),
    may("tag it", "ecs:TagResource", service("pr-7--flask")),
    may(
      "follow its deployment",
      "ecs:DescribeServiceDeployments",
      arn("ecs", "service-deployment/flask-app-fargate-dev/pr-7--flask/1"),
    ),
    mayNot("change its services", "ecs:UpdateService", service("flask")),
    mayNot("change those of an adopted namespace", "ecs:UpdateService", service("dev--flask")),
    mayNot("delete its services", "ecs:DeleteService", service("flask")),
    mayNot("change its cluster", "ecs:UpdateCluster", arn("ecs", "cluster/flask-app-fargate-dev")),
    may("list the tasks there", "ecs:ListTasks", "*", inCluster),
    may("look at its own task there", "ecs:DescribeTasks", task, { ...inCluster, ...tagged("pr-7") }),
    mayNot("look at dev's", "ecs:DescribeTasks", task, { ...inCluster, ...tagged("dev") }),
    mayNot(
      "make its task definitions",
      "ecs:RegisterTaskDefinition",
      arn("ecs", "task-definition/flask-app-fargate-dev-flask:1"),
    ),

    may(
      "run its own job there",
      "ecs:RunTask",
      arn("ecs", "task-definition/flask-app-fargate-pr-7-migrate--job:1"),
      inCluster,
    ),
    mayNot(
      "run dev's",
      "ecs:RunTask",
      arn("ecs", "task-definition/flask-app-fargate-dev-migrate--job:1"),
      inCluster,
    ),
    may("tag it as it starts", "ecs:TagResource", task, { "ecs:CreateAction": "RunTask" }),
    mayNot("tag it later", "ecs:TagResource", task),
    may("stop its own job", "ecs:StopTask", task, { ...inCluster, ...tagged("pr-7") }),
    mayNot("stop dev's tasks", "ecs:StopTask", task, { ...inCluster, ...tagged("dev") }),

    may(
      "keep the alarms of its scaling",
      "cloudwatch:PutMetricAlarm",
      arn("cloudwatch", "alarm:TargetTracking-service/flask-app-fargate-dev/pr-7--flask-AlarmHigh-0a"),
    ),
    mayNot(
      "change those of dev's",
      "cloudwatch:PutMetricAlarm",
      arn("cloudwatch", "alarm:TargetTracking-service/flask-app-fargate-dev/flask-AlarmHigh-0a"),
    ),
    mayNot(
      "scale dev's services",
      "application-autoscaling:PutScalingPolicy",
      arn("application-autoscaling", "scalable-target/1"),
      tagged("dev"),
    ),

    may(
      "make a service in its namespace",
      "servicediscovery:CreateService",
      arn("servicediscovery", "namespace/ns-1"),
      tagged("dev"),
    ),
    mayNot(
      "make one in production's",
      "servicediscovery:CreateService",
      arn("servicediscovery", "namespace/ns-1"),
      { ...tagged("prod"), ...asks("pr-7") },
    ),
    mayNot(
      "delete the namespace",
      "servicediscovery:DeleteNamespace",
      arn("servicediscovery", "namespace/ns-1"),
      tagged("dev"),
    ),
    mayNot(
      "deregister dev's tasks",
      "servicediscovery:DeregisterInstance",
      arn("servicediscovery", "service/srv-1"),
      tagged("dev"),
    ),

    may("make a group in its VPC", "ec2:CreateSecurityGroup", arn("ec2", "vpc/vpc-1"), tagged("dev")),
    mayNot("make a subnet in it", "ec2:CreateSubnet", arn("ec2", "vpc/vpc-1"), tagged("dev")),
    mayNot("make an endpoint in it", "ec2:CreateVpcEndpoint", arn("ec2", "vpc/vpc-1"), tagged("dev")),
    mayNot("delete the VPC", "ec2:DeleteVpc", arn("ec2", "vpc/vpc-1"), tagged("dev")),
    may(
      "let the link reach its tasks",
      "ec2:AuthorizeSecurityGroupEgress",
      arn("ec2", "security-group/sg-1"),
      link,
    ),
    mayNot(
      "let dev's tasks out",
      "ec2:AuthorizeSecurityGroupEgress",
      arn("ec2", "security-group/sg-1"),
      tagged("dev"),
    ),
    mayNot("let anybody in", "ec2:AuthorizeSecurityGroupIngress", arn("ec2", "security-group/sg-1"), link),
    mayNot("delete the link's group", "ec2:DeleteSecurityGroup", arn("ec2", "security-group/sg-1"), link),

    mayNot("hand dev's roles to a task", "iam:PassRole", role("flask-app-fargate/dev/flask-task-1"), passed),
    mayNot("make a role of dev's", "iam:CreateRole", role("flask-app-fargate/dev/x"), boundary),
    mayNot("push into dev's repository", "ecr:PutImage", arn("ecr", "repository/flask-1"), tagged("dev")),
    mayNot(
      "delete its API",
      "apigateway:DELETE",
      "arn:aws:apigateway:ap-southeast-2::/apis/x",
      tagged("dev"),
    ),
    mayNot(
      "read the logs of its tasks",
      "logs:GetLogEvents",
      arn("logs", "log-group:/ecs/flask-app-fargate/dev/flask:log-stream:x"),
    ),

    [
      "its tasks' boundary lets a schedule run its job there",
      tasks,
      {
        action: "ecs:RunTask",
        resource: arn("ecs", "task-definition/flask-app-fargate-pr-7-migrate--job:3"),
        context: inCluster,
      },
      true,
    ],
    [
      "and tag it",
      tasks,
      { action: "ecs:TagResource", resource: task, context: { "ecs:CreateAction": "RunTask" } },
      true,
    ],
    [
      "and run none of dev's",
      tasks,
      {
        action: "ecs:RunTask",
        resource: arn("ecs", "task-definition/flask-app-fargate-dev-migrate--job:3"),
        context: inCluster,
      },
      false,
    ],
  ]);
});
