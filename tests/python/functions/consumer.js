// A consumer for Node: one line of JSON for each message, with the body as an object in it.
const fails = Number(process.env.FAILS || "0");
// Set once somebody has mended what fails.
const mended = process.env.MENDED;

exports.handler = async (event, context) => {
  for (const record of event.Records) {
    const message = JSON.parse(record.body);
    const log = (level, fields) => {
      const ids = { requestId: context.awsRequestId, messageId: record.messageId };
      console.log(JSON.stringify({ timestamp: new Date().toISOString(), level, ...ids, ...fields }));
    };
    const refuse = (why) => {
      log("ERROR", { message: why, body: message });
      throw new Error(why);
    };
    if (message && message.fail === "otherwise") refuse("no customer");
    if (message && message.fail && !mended) refuse("this message cannot be handled");
    if (Number(record.attributes.ApproximateReceiveCount) <= fails) throw new Error("not yet");
    log("INFO", { message });
  }
};
