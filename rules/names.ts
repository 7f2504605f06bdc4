/** How things are told apart that several stacks have in one place. */

/**
 * What a service or authorizer is called where other stacks have theirs: two hyphens stand in no name of a stack or service,
 * so that no two are called the same.
 */
export const scopedName = (stack: string, name: string): string => `${stack}--${name}`;

/** An address below another, whether or not that ends with a slash. */
export const under = (url: string, path: string): string =>
  `${url.replace(/\/$/, "")}/${path.replace(/^\//, "")}`;

/** What an authorizer is called in its API: apart by type, so that one of another type can be made beside the one it replaces. */
export const authorizerName = (name: string, type: "jwt" | "lambda"): string =>
  type === "lambda" ? `${name}-lambda` : name;
