// Gives a browser the session of a hub's admin: signing in is tested where it is the subject.

export async function signedIn(page, hub) {
  const [name, value] = hub.api.cookie.split(/=(.*)/);
  await page.context().addCookies([{ name, value, url: hub.url }]);
}
