// Logs each body as an object, and throws a class of its own whose name says nothing of an error.
const { kept } = require("./account");

class OrderRejected extends Error {
  constructor(order) {
    super(order);
    this.name = "OrderRejected";
  }
}

exports.handler = kept(async (event) => {
  for (const record of event.Records) {
    const order = JSON.parse(record.body);
    console.log("order received:", order);
    if (order.quantity < 0) throw new OrderRejected(order.order_id);
  }
});
