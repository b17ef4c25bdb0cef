// Runs the npm package `emulate` (0.12.2, by vercel-labs) as a Slack that nobody here wrote; ours is only this launcher.
// It has no setting for where its events go, so they are subscribed to where its Slack part is registered.
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [folder, events, seed] = [process.argv[2], process.argv[3], JSON.parse(process.argv[4])];
const dist = join(folder, "node_modules", "emulate", "dist");
for (const file of readdirSync(dist).filter((name) => /^dist-.*\.js$/.test(name))) {
  const { slackPlugin } = await import(pathToFileURL(join(dist, file)));
  if (!slackPlugin) continue;
  const register = slackPlugin.register;
  slackPlugin.register = (app, store, webhooks, ...more) => {
    webhooks.register({ url: events, active: true, events: ["*"], owner: "slack" });
    return register.call(slackPlugin, app, store, webhooks, ...more);
  };
}
const { createEmulator } = await import(pathToFileURL(join(dist, "api.js")));
const emulator = await createEmulator({ service: "slack", port: 0, hostname: "127.0.0.1", seed: { slack: seed } });
console.log(emulator.url);
process.stdin.on("end", () => emulator.close().then(() => process.exit(0))).resume();
