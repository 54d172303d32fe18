CREATE TABLE brand (
    brand_id   integer PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    country    text NOT NULL,
    website    text,
    founded_on date,
    updated_at timestamptz NOT NULL
);

CREATE TABLE category (
    category_id integer PRIMARY KEY,
    parent_id   integer REFERENCES category,
    name        text NOT NULL,
    path        text[] NOT NULL,
    attributes  jsonb NOT NULL,
    updated_at  timestamptz NOT NULL
);

CREATE TABLE product (
    product_id  bigint PRIMARY KEY,
    sku         text NOT NULL,
    brand_id    integer NOT NULL REFERENCES brand,
    category_id integer NOT NULL REFERENCES category,
    title       text NOT NULL,
    subtitle    text,
    description text,
    attributes  jsonb NOT NULL,
    tags        text[] NOT NULL,
    external_id uuid NOT NULL,
    weight_g    integer,
    rating      numeric(3,2),
    active      boolean NOT NULL DEFAULT true,
    released_on date,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX product_of_category ON product (category_id);
-- Long descriptions leave the row, so that an update which does not touch them does not carry them.
ALTER TABLE product ALTER COLUMN description SET STORAGE EXTERNAL;

CREATE TABLE price_change_reason (
    reason_id   bigint PRIMARY KEY,
    code        text NOT NULL,
    note        text,
    approved_by text NOT NULL,
    category_id integer REFERENCES category,
    ticket      uuid NOT NULL,
    changed_at  timestamptz NOT NULL
);

CREATE TABLE price (
    product_id  bigint NOT NULL REFERENCES product ON UPDATE CASCADE,
    market      text NOT NULL,
    amount      numeric(12,2) NOT NULL,
    list_amount numeric(12,2),
    currency    text NOT NULL,
    tax_rate    numeric(5,4) NOT NULL,
    tiers       numeric(12,2)[],
    reason_id   bigint REFERENCES price_change_reason,
    valid_from  timestamptz NOT NULL,
    PRIMARY KEY (product_id, market)
);

CREATE TABLE inventory (
    product_id bigint NOT NULL REFERENCES product ON UPDATE CASCADE,
    warehouse  smallint NOT NULL,
    quantity   integer NOT NULL,
    reserved   integer NOT NULL DEFAULT 0,
    status     text NOT NULL,
    bin        text,
    counted_at timestamptz NOT NULL,
    PRIMARY KEY (product_id, warehouse)
);

CREATE TABLE merchandising_flag (
    product_id bigint NOT NULL REFERENCES product ON UPDATE CASCADE,
    flag       text NOT NULL,
    priority   smallint NOT NULL,
    payload    jsonb,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz,
    PRIMARY KEY (product_id, flag)
);

ALTER TABLE brand REPLICA IDENTITY FULL;
ALTER TABLE category REPLICA IDENTITY FULL;
ALTER TABLE product REPLICA IDENTITY FULL;
ALTER TABLE price_change_reason REPLICA IDENTITY FULL;
ALTER TABLE price REPLICA IDENTITY FULL;
ALTER TABLE inventory REPLICA IDENTITY FULL;
ALTER TABLE merchandising_flag REPLICA IDENTITY FULL;
