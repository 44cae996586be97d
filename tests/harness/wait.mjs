// Waiting for what will be: poll a condition until it holds, never for a fixed time.

// An agent whose hub was killed again and again waits for up to a minute before it dials, and has its work to do then.
export const kPatience = Number(process.env.HOLDFAST_PATIENCE_MS ?? 150_000);
const kPollMs = 20;

// The first truthy value of `condition`. A condition that throws does not hold yet; its last error is in the message.
export async function waitFor(what, condition, patience = kPatience) {
  const deadline = Date.now() + patience;
  let lastError;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, kPollMs));
  }
  throw new Error(`waited ${patience} ms for ${what}${lastError ? `; last: ${lastError.message}` : ''}`, { cause: lastError });
}

// `promise`, or an error after `patience`.
export async function within(what, promise, patience = kPatience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${patience} ms for ${what}`)), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
