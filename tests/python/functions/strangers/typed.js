// Reads each body into a class, which drops what it does not know, and logs that.
const { kept } = require("./account");

class Order {
  constructor({ order_id, customer, quantity }) {
    this.orderId = order_id;
    this.customer = customer;
    this.quantity = quantity;
  }
}

exports.handler = kept(async (event) => {
  for (const record of event.Records) {
    const order = new Order(JSON.parse(record.body));
    console.log("handling", order);
    if (order.quantity < 0) throw new Error("quantity is negative");
  }
});
