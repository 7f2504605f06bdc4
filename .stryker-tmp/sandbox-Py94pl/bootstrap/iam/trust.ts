/** Who may assume the roles: workflows of one repository, by the subject of GitHub's OIDC tokens. */
// @ts-nocheck


export interface Repository {
  owner: string;
  repository: string;
  /** Numbers that never change and are never given out again, unlike names. */
  ownerId: number;
  repositoryId: number;
  defaultBranch: string;
}

/** https://docs.github.com/en/actions/reference/security/oidc */
export const issuer = "token.actions.githubusercontent.com";
const audience = "sts.amazonaws.com";

/**
 * Both forms of a subject: GitHub puts the ids in since 2026-07-15 for repositories that were made or renamed since, and for
 * those that opted in. A repository that takes over a freed name has them for that reason, so the plain form is not its own.
 * https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
 */
function subjects({ owner, repository, ownerId, repositoryId }: Repository, context: string): string[] {
  return [
    `repo:${owner}/${repository}:${context}`,
    `repo:${owner}@${ownerId}/${repository}@${repositoryId}:${context}`,
  ];
}

/** Trust policy for the jobs of a GitHub environment, whose own rules say which branches and who approves. */
export const trustEnvironment = (repository: Repository, environment: string, provider: string): object =>
  trust(subjects(repository, `environment:${environment}`), provider);

/**
 * Trust policy for previews: jobs of pull requests, and of the default branch for the drift check. GitHub gives the pull
 * requests of forks no token.
 */
export const trustPreview = (repository: Repository, provider: string): object =>
  trust(
    ["pull_request", `ref:refs/heads/${repository.defaultBranch}`].flatMap((context) =>
      subjects(repository, context),
    ),
    provider,
  );

function trust(allowed: readonly string[], provider: string): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: allowed } },
      },
    ],
  };
}
