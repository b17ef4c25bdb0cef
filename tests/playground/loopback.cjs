// Loaded into the Playground before its own code: it would listen to the whole network, and has no setting for that.
const { Server } = require("net");
const listen = Server.prototype.listen;

Server.prototype.listen = function (port, ...more) {
  if (typeof port !== "number" && typeof port !== "string") throw new Error("listens in another way than is known here");
  const done = more.filter((each) => typeof each === "function");
  return listen.call(this, { port: Number(port), host: "127.0.0.1" }, ...done);
};
