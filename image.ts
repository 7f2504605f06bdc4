import * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { ecrRepositoryArn } from "./rules/fargate";
import { ServiceConfig } from "./config/schema";
import { BuildConfig, fullBuild } from "./config/schema-run";

/** What a service runs. */
export interface ImageSource {
  /** As the task definition names it, best pinned by digest. */
  reference: pulumi.Input<string>;
  /** Repository in ECR that it is pulled from; undefined for an image of another registry. */
  repositoryArn: pulumi.Input<string> | undefined;
}

/** Builds a service's image, or takes the one that its configuration names. */
export function provideImage(
  name: string,
  { build, image, architecture }: ServiceConfig,
  { partition, forceDelete }: { partition: string; forceDelete: boolean },
  opts: pulumi.ComponentResourceOptions,
): ImageSource {
  if (build !== undefined) return new Image(name, { build, architecture, forceDelete }, opts);
  // The configuration has exactly one of the two.
  return { reference: image!, repositoryArn: ecrRepositoryArn({ partition }, image!) };
}

export interface ImageArgs {
  /** What to build: a folder with a Dockerfile, or more. */
  build: string | BuildConfig;
  /** Processor of the tasks that will run it. */
  architecture: ServiceConfig["architecture"];
  /** Whether `pulumi destroy` deletes the repository with its images, or leaves both behind. */
  forceDelete: boolean;
}

/** Images a repository keeps. Each may be what a rollback needs, so age or a lost tag alone deletes none. */
const keptImages = 30;

/**
 * A repository in ECR and an image in it, built from a context and pushed whenever the context's content changes. Nothing is
 * built during a preview.
 *
 * Costs: 0.10 USD for each GB and month that ECR stores.
 */
export class Image extends pulumi.ComponentResource {
  /**
   * The image pinned by its digest (`repository@sha256:…`). The tag it was pushed under moves with every build and does not
   * leave this component: a task definition that names it would never change, and never roll back.
   */
  readonly reference: pulumi.Output<string>;
  readonly repositoryArn: pulumi.Output<string>;
  readonly repositoryUrl: pulumi.Output<string>;

  constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fargate-app:image:Image", name, {}, opts);

    const repository = new aws.ecr.Repository(
      name,
      {
        // docker.Image pushes one tag again and again. It is the only one there is: with every other one immutable
        // (IMMUTABLE_WITH_EXCLUSION) nothing of ours would be. What runs is known by its digest, which nobody can move.
        imageTagMutability: "MUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "AES256" }],
        forceDelete: args.forceDelete,
      },
      // A repository that holds images can't be deleted: the update would fail at its end, and so would every one after it.
      { parent: this, retainOnDelete: !args.forceDelete },
    );

    new aws.ecr.LifecyclePolicy(
      name,
      {
        repository: repository.name,
        // Every push takes the tag from the image before, so a rule on untagged images would delete what a rollback runs.
        policy: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              description: `Keep the last ${keptImages} images`,
              selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keptImages },
              action: { type: "expire" },
            },
          ],
        }),
      },
      // A changed policy is replaced, and a repository has one: what was put first would be deleted as the old one.
      { parent: this, deleteBeforeReplace: true },
    );

    const token = aws.ecr.getAuthorizationTokenOutput(
      { registryId: repository.registryId },
      { parent: this },
    );
    const { context, dockerfile, target, args: buildArgs, cacheFrom } = fullBuild(args.build);
    const image = new docker.Image(
      name,
      {
        imageName: pulumi.interpolate`${repository.repositoryUrl}:latest`,
        build: {
          context,
          dockerfile,
          ...(target !== undefined && { target }),
          ...(Object.keys(buildArgs).length > 0 && { args: buildArgs }),
          ...(cacheFrom.length > 0 && { cacheFrom: { images: cacheFrom } }),
          platform: args.architecture === "ARM64" ? "linux/arm64" : "linux/amd64",
          builderVersion: "BuilderBuildKit",
        },
        registry: {
          server: repository.repositoryUrl,
          username: token.userName,
          password: pulumi.secret(token.password),
        },
        buildOnPreview: false,
      },
      { parent: this },
    );

    this.reference = image.repoDigest;
    this.repositoryArn = repository.arn;
    this.repositoryUrl = repository.repositoryUrl;
    this.registerOutputs({ reference: this.reference, repositoryUrl: this.repositoryUrl });
  }
}
