/** What a month is assumed to bring. */
export interface Traffic {
  /** Requests a month, to all services together. */
  requests: number;
  /** KB of a request, and of its answer. */
  kbIn: number;
  kbOut: number;
  /** KB that the application logs for a request, and the API in its access log. */
  logKb: number;
  accessLogKb: number;
  /** Hours a month that a task runs. */
  hours: number;
  /** Hours a month that a task of a service runs that sleeps while nobody asks. */
  awake: number;
  /** GB of images that a repository keeps. */
  imageGb: number;
}

/** A month as AWS's own calculator counts it. */
export const hoursAMonth = 730;
export const daysAMonth = hoursAMonth / 24;

export const defaultTraffic: Readonly<Traffic> = {
  requests: 1_000_000,
  kbIn: 2,
  kbOut: 8,
  logKb: 0.3,
  accessLogKb: 0.6,
  hours: hoursAMonth,
  // Eight hours of each working day.
  awake: 174,
  imageGb: 0.5,
};

/** Without a request, a stack costs what it holds ready. */
export const beforeTraffic: Readonly<Traffic> = { ...defaultTraffic, requests: 0 };

/** GB of so many KB each. AWS counts 1024 KB to the MB. */
export const gigabytes = ({ requests }: Traffic, kb: number): number => (requests * kb) / 1024 ** 2;

/** `1,000,000 requests of 2 KB in and 8 KB out, …`. */
export function trafficText({ requests, kbIn, kbOut, logKb, accessLogKb, hours }: Traffic): string {
  const tasks = hours === hoursAMonth ? "" : `; tasks run ${hours} hours`;
  return (
    `${requests.toLocaleString("en")} requests (each ${kbIn} KB in, ${kbOut} KB out, ` +
    `${logKb} KB logged by the service and ${accessLogKb} KB by the API)${tasks}`
  );
}
