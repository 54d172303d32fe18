package io.firn.bench.ingest;

/** Hears what happens to the table, in commit order. */
interface Changes {

    /** A row of the snapshot. */
    void row(int productId);

    void begin(Transaction transaction);

    void change(Change change);

    void end(Transaction transaction);

    /** Hears nothing: for who only wants the state that remains. */
    Changes NONE = new Changes() {
        @Override
        public void row(int productId) {}

        @Override
        public void begin(Transaction transaction) {}

        @Override
        public void change(Change change) {}

        @Override
        public void end(Transaction transaction) {}
    };
}
