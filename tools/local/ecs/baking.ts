/**
 * Between the end of a deployment and its being the one that others go back to: ECS goes on watching its alarms for as long as
 * it thinks these need. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html [H]
 */
export class Baking<T> {
  private timer: NodeJS.Timeout | undefined;
  private what: T | undefined;

  /** What is watched at present. */
  get baked(): T | undefined {
    return this.what;
  }

  start(what: T, milliseconds: number, done: () => void): void {
    this.end();
    this.what = what;
    this.timer = setTimeout(() => {
      this.end();
      done();
    }, milliseconds);
  }

  end(): void {
    clearTimeout(this.timer);
    this.what = undefined;
  }
}
