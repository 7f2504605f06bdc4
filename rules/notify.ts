import { parseArn } from "./arn";

/** Whom a CloudWatch alarm tells. */

/**
 * A standard topic: CloudWatch publishes to no FIFO topic.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function isTopic(text: string): boolean {
  const { service, region = "", account = "", resource = "" } = parseArn(text) ?? {};
  return (
    service === "sns" &&
    /^[a-z]+(-[a-z]+)+-\d$/.test(region) &&
    /^\d{12}$/.test(account) &&
    /^[A-Za-z0-9_-]{1,256}$/.test(resource)
  );
}

/** What people have: not all that RFC 5322 would take. */
export const isEmail = (text: string): boolean =>
  text.length <= 254 &&
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/.test(
    text,
  );
