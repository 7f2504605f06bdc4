export const greeting = (whom) => `Hello from ${whom}`;
