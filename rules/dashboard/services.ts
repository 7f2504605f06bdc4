import type { DashboardFacts, DashboardService } from "./facts";
import {
  colors,
  expression,
  line,
  MetricLine,
  MetricOptions,
  MetricProperties,
  minute,
  Widget,
} from "./widgets";

/** What is seen of one service: a row of its own. */

const ofTasks = (
  { clusterName, serviceName }: DashboardService,
  name: string,
  options: MetricOptions,
): MetricLine => line("AWS/ECS", name, { ClusterName: clusterName, ServiceName: serviceName }, options);

/**
 * Each running task is one sample a minute, whatever the period that CloudWatch chooses:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html#cw_running_task_count
 */
export const samples = (service: DashboardService, id: string): MetricLine =>
  ofTasks(service, "MemoryUtilization", { id, stat: "SampleCount", visible: false });
export const running = (id: string): string => `FILL(${id}, 0) / (PERIOD(${id}) / 60)`;

export function serviceWidgets(
  { region, containerInsights }: DashboardFacts,
  service: DashboardService,
): Widget[] {
  const { name, tasks, rules } = service;
  const width = rules.restarts === undefined ? 8 : 6;
  const graph = (
    title: string,
    properties: Pick<MetricProperties, "metrics"> & Partial<MetricProperties>,
  ): Widget => ({
    ...{ type: "metric", width, height: 6 },
    properties: {
      ...{ title: `${name}: ${title}`, region, view: "timeSeries", period: minute },
      yAxis: { left: { min: 0, showUnits: false } },
      ...properties,
    },
  });
  const percent = { left: { min: 0, max: 100, showUnits: false } } as const;
  return [
    graph("tasks that run", {
      metrics: [
        expression({ id: "running", expression: running("m0"), label: "running", color: colors.blue }),
        ...(containerInsights ? [desired(service)] : []),
        samples(service, "m0"),
      ],
      annotations: { horizontal: wanted(tasks) },
    }),
    graph("CPU, %", {
      metrics: [
        ofTasks(service, "CPUUtilization", { stat: "Maximum", label: "busiest task", color: colors.orange }),
        ofTasks(service, "CPUUtilization", { stat: "Average", label: "on average", color: colors.blue }),
      ],
      yAxis: percent,
    }),
    graph("memory, %", {
      metrics: [
        ofTasks(service, "MemoryUtilization", {
          stat: "Maximum",
          label: "fullest task",
          color: colors.orange,
        }),
        ofTasks(service, "MemoryUtilization", { stat: "Average", label: "on average", color: colors.blue }),
      ],
      yAxis: percent,
    }),
    ...(rules.restarts === undefined
      ? []
      : [
          graph("tasks nobody stopped", {
            period: 300,
            metrics: [
              line(
                "AWS/Events",
                "TriggeredRules",
                { RuleName: rules.restarts },
                { stat: "Sum", label: "ended by themselves", color: colors.red },
              ),
            ],
          }),
        ]),
  ];
}

const desired = ({ clusterName, serviceName }: DashboardService): MetricLine =>
  line(
    "ECS/ContainerInsights",
    "DesiredTaskCount",
    { ClusterName: clusterName, ServiceName: serviceName },
    { stat: "Average", label: "desired by ECS", color: colors.grey },
  );

/** ECS tells how many it wants by Container Insights alone, which is paid: these are the configured ones. */
const wanted = ({
  fewest,
  most,
}: DashboardService["tasks"]): { label: string; value: number; color: string }[] =>
  fewest === most
    ? [{ label: "desired", value: fewest, color: colors.green }]
    : [
        { label: "fewest", value: fewest, color: colors.green },
        { label: "most", value: most, color: colors.orange },
      ];
