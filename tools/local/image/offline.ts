/** What a failure says where there is no network. */

/** As resolvers, Docker, pip, npm and apt put it. */
export const offline =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|no such host|name resolution|Name or service not known|Could not resolve|i\/o timeout|NewConnectionError|Network is unreachable|ETIMEDOUT|connection refused/i;
