// @ts-nocheck
import { createRequire } from "node:module";
import { promisify } from "node:util";
import type * as grpcTypes from "@grpc/grpc-js";
import type * as resource from "@pulumi/pulumi/proto/resource_pb";

/** What Pulumi's engine, language hosts and providers speak to one another. */

type StructMessage = NonNullable<ReturnType<resource.RegisterResourceRequest["getObject"]>>;

// What the SDK itself depends on, in its own copies: a message that another copy of google-protobuf made does not serialize.
const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
export const grpc = sdk("@grpc/grpc-js") as typeof grpcTypes;
export const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => object };
export const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: { fromJavaScript(value: object): StructMessage };
};

/** A value that is not known before an update: sdk/nodejs/runtime/rpc.ts, `unknownValue`. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A handler of the server from a function; what that throws reaches the caller as a failure with its message. */
export function answering<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpcTypes.handleUnaryCall<Request, Response> {
  return ({ request }, callback) =>
    void Promise.resolve(request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: unknown) =>
          callback({
            code: grpc.status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
          }),
      );
}

/** Serves until it is stopped. */
export async function serve(
  ...services: [grpcTypes.ServiceDefinition, grpcTypes.UntypedServiceImplementation][]
): Promise<{ port: number; address: string; stop: () => void }> {
  // As many as a state or a task definition takes.
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  for (const [service, implementation] of services) server.addService(service, implementation);
  const listen = promisify(server.bindAsync.bind(server));
  const port = await listen("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  return { port, address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}
