package io.firn.cli.service;

/** Something the service does for as long as it runs. */
interface Activity {
    /** @return a short name, for people and for metrics */
    String name();

    /**
     * Does it until {@link #stop()} is called or something fails. May be called again after a failure.
     *
     * @param work is told when the activity has come to the point where it does its work
     */
    void run(Work work) throws Exception;

    /** Lets {@link #run} return soon, with what is under way finished. Called from another thread. */
    void stop();

    /** What an activity says about itself. */
    interface Work {
        /** It is past its start: what failed before is over. */
        void underWay();
    }
}
